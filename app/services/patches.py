"""Apply a PATCH to a row, and describe the change for the audit."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.domain.identifiers import uk_postcode
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas.addresses import AddressUpdate


class Change(NamedTuple):
    """The values that differ, before and after. Empty for a no-op, which is not recorded."""

    before: dict[str, object]
    after: dict[str, object]


def apply(row: Any, values: Mapping[str, Any]) -> Change:
    """Set the values that differ on the row."""
    stored = {name: getattr(row, name) for name in values}
    changed = {name: value for name, value in values.items() if value != stored[name]}
    for name, value in changed.items():
        setattr(row, name, value)
    return Change({name: stored[name] for name in changed}, changed)


def merged_address(stored: Mapping[str, Any], body: AddressUpdate) -> dict[str, object]:
    """Merge the change into the stored address (RFC 7396).

    Raises `InvalidInput` for a postcode of another country, where the schema saw only one of the two.
    """
    address = {**stored, **body.model_dump(exclude_unset=True)}
    if address["country"].in_uk:
        address["postcode"] = uk_postcode(address["postcode"])
        if address["postcode"] is None:
            raise fault("/address/postcode", InputFaultCode.INVALID_POSTCODE, "Enter a UK postcode, like DE24 8BX.")
    return address
