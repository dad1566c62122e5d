"""Apply a PATCH to a row, and describe the change for the audit."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.domain.postcodes import postcode_fault
from app.domain.refusals.input import fault
from app.schemas.addresses import AddressUpdate


class Change(NamedTuple):
    """The values that differ, before and after. Empty for a no-op, which is not recorded."""

    before: dict[str, object]
    after: dict[str, object]


def apply(row: Any, values: Mapping[str, Any]) -> Change:
    """Set the values that differ on the row. Another telephone number without an extension has none."""
    if "telephone" in values and values["telephone"] != row.telephone:
        values = {"telephone_extension": None, **values}
    stored = {name: getattr(row, name) for name in values}
    changed = {name: value for name, value in values.items() if value != stored[name]}
    for name, value in changed.items():
        setattr(row, name, value)
    return Change({name: stored[name] for name in changed}, changed)


def merged_address(stored: Mapping[str, Any], body: AddressUpdate) -> dict[str, object]:
    """Merge the change into the stored address (RFC 7396).

    Raises `InvalidInput` for a postcode of another country, where the schema saw only one of the two.
    """
    changed = body.model_dump(exclude_unset=True)
    address = {**stored, **changed}
    if changed.keys() & {"country", "postcode"}:
        problem = postcode_fault(address["country"], address["postcode"])
        if problem is not None:
            raise fault("/address/postcode", *problem)
    return address
