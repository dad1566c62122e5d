"""A postal address in its parts, where only its lines are known."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.postcodes import uk_postcode


@dataclass(frozen=True)
class PostalAddress:
    """The parts of an address as an electronic invoice names them. `country` is ISO 3166-1 alpha-2."""

    line_1: str | None
    line_2: str | None
    town: str | None
    county: str | None
    postcode: str | None
    country: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The address as it is printed, without the country."""
        parts = (self.line_1, self.line_2, self.town, self.county, self.postcode)
        return tuple(part for part in parts if part)


def in_parts(lines: Sequence[str], country: str) -> PostalAddress:
    """Read the parts off the lines: a last line that is a postcode, the town above it, and the rest.

    Nothing is lost and nothing is guessed: what has no part of its own stays in the second line.
    """
    rest = [line for line in (line.strip() for line in lines) if line]
    postcode = uk_postcode(rest[-1]) if rest and country == "GB" else None
    if postcode is not None:
        rest.pop()
    town = rest.pop() if len(rest) > 1 else None
    return PostalAddress(rest[0] if rest else None, ", ".join(rest[1:]) or None, town, None, postcode, country)
