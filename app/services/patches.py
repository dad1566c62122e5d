"""Carrying out a PATCH on a row, and what the audit is told of it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.domain.identifiers import uk_postcode
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas.addresses import AddressUpdate


class Change(NamedTuple):
    """What differs, from what to what. Empty when the row was so already: then nothing is recorded."""

    before: dict[str, object]
    after: dict[str, object]


def apply(row: Any, values: Mapping[str, Any]) -> Change:
    """Set on the row whatever differs from it."""
    stored = {name: getattr(row, name) for name in values}
    changed = {name: value for name, value in values.items() if value != stored[name]}
    for name, value in changed.items():
        setattr(row, name, value)
    return Change({name: stored[name] for name in changed}, changed)


def merged_address(stored: Mapping[str, Any], body: AddressUpdate) -> dict[str, object]:
    """The stored address with the change merged in (RFC 7396).

    Raises `InvalidInput` for a postcode that does not suit the country, where the schema saw only one of the two.
    """
    address = {**stored, **body.model_dump(exclude_unset=True)}
    if address["country"].in_uk:
        address["postcode"] = uk_postcode(address["postcode"])
        if address["postcode"] is None:
            raise fault("/address/postcode", InputFaultCode.INVALID_POSTCODE, "Enter a UK postcode, like DE24 8BX.")
    return address
