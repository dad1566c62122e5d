"""What a caller last read, as told by `If-Match` (RFC 9110 section 13.1.1)."""

import re
from dataclasses import dataclass

from app.domain.errors import BadRequest, PreconditionRequired, StaleVersion

# An entity tag is `"<version>"` or `"<version>.<digest>"`: the version is compared when something is changed, and the
# digest, which also depends on who asks, when something is read again.
_TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e]*)"\s*')


@dataclass(frozen=True)
class Expected:
    """The versions that the caller would change; None when the header was not sent."""

    versions: frozenset[int] | None
    anything: bool = False

    def check(self, version: int) -> None:
        """Raises `PreconditionRequired` without a header and `StaleVersion`, with the current ETag, for another
        version."""
        if self.versions is None:
            raise PreconditionRequired
        if not self.anything and version not in self.versions:
            raise StaleVersion(headers={"ETag": etag(version)}, extra={"current_etag": etag(version)})


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def parse_if_match(header: str | None) -> Expected:
    """Read an `If-Match` header. Weak tags never match (strong comparison). Raises `BadRequest` for anything but
    entity tags."""
    if header is None:
        return Expected(None)
    if header.strip() == "*":
        return Expected(frozenset(), anything=True)
    versions: set[int] = set()
    for part in header.split(","):
        match = _TAG.fullmatch(part)
        if match is None:
            raise BadRequest(
                'The header If-Match must hold the ETag exactly as it was given, with its quotes: If-Match: "7".',
                code="bad_if_match",
            )
        number = match[2].partition(".")[0]
        if match[1] is None and number.isascii() and number.isdigit() and len(number) < 19:
            versions.add(int(number))
    return Expected(frozenset(versions))
