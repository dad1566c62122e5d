"""The names and the forms of query parameters and form fields: nothing unknown is dropped, nothing is coerced.

The framework takes `1`, `yes` and `on` for true, ` +5` and `05` for five, and a moment for a date. What is taken here
is what the contract shows, so that every client library and every proxy sees the same value.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args
from uuid import UUID

from fastapi.dependencies.models import Dependant
from pydantic.fields import FieldInfo

from app.domain.errors import InputFault, InvalidInput
from app.schemas.errors_text import describe, pointer_to

_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
# The one spelling of each kind of value, and the code and the sentence for any other.
_SPELLING: dict[type, tuple[re.Pattern[str], str, str]] = {
    bool: (re.compile("true|false"), *describe({"type": "bool_type"})),
    int: (_WHOLE_NUMBER, *describe({"type": "int_type"})),
    UUID: (re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"), *describe({"type": "uuid_type"})),
    date: (
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
        "invalid_date",
        "Enter a date as YYYY-MM-DD, for example 2026-09-01.",
    ),
}


@dataclass(frozen=True)
class Parameter:
    """Whether a parameter may be repeated, how its values are spelt, where that is fixed, and whether it must be
    there."""

    repeatable: bool
    kind: type | None
    required: bool

    @classmethod
    def of(cls, info: FieldInfo) -> "Parameter":
        """The parameter that a route declares so."""
        kinds = [kind for kind in _members(info.annotation) if kind in _SPELLING]
        return cls("list" in str(info.annotation), kinds[0] if len(kinds) == 1 else None, info.is_required())


def _members(annotation: Any) -> Iterator[Any]:
    """The types that an annotation such as `Annotated[int, …] | None` is made of."""
    parts = get_args(annotation)
    if not parts:
        yield annotation
    for part in parts:
        if isinstance(part, type) or get_args(part):
            yield from _members(part)


def query_parameters(dependant: Dependant) -> dict[str, Parameter]:
    """What a route takes in its query, by name."""
    found: dict[str, Parameter] = {}
    for field in dependant.query_params:
        annotation = field.field_info.annotation
        members = getattr(annotation, "model_fields", None)
        if members is not None:
            found |= {member.alias or name: Parameter.of(member) for name, member in members.items()}
        else:
            found[field.alias] = Parameter.of(field.field_info)
    for child in dependant.dependencies:
        found |= query_parameters(child)
    return found


def form_fields(dependant: Dependant) -> dict[str, Parameter] | None:
    """What a route takes as fields of a form; None for a form model, which says itself what it takes."""
    if any(hasattr(field.field_info.annotation, "model_fields") for field in dependant.body_params):
        return None
    return {field.alias: Parameter.of(field.field_info) for field in dependant.body_params}


def whole_numbers_in_path(dependant: Dependant) -> frozenset[str]:
    """The names of the path's parameters that are whole numbers."""
    fields = [field.alias for field in dependant.path_params if int in _members(field.field_info.annotation)]
    return frozenset(fields)


def is_whole_number(text: str) -> bool:
    """True for a whole number as it is written without a sign too many, a leading zero or a space."""
    return _WHOLE_NUMBER.fullmatch(text) is not None


def check_query(items: Iterable[tuple[str, str]], known: Mapping[str, Parameter]) -> None:
    """Raises `InvalidInput` with everything that is unknown, stands twice, or is not spelt as the contract says."""
    given = list(items)
    faults = [*_faults_of_names("query", given, known)]
    for name, value in given:
        kind = known[name].kind if name in known else None
        if kind is not None and not _SPELLING[kind][0].fullmatch(value):
            faults.append(InputFault("query", f"/{name}", *_SPELLING[kind][1:]))
    if faults:
        raise InvalidInput(faults)


def check_form(items: Iterable[tuple[str, object]], known: Mapping[str, Parameter] | None) -> None:
    """As `check_query`, for the names of a form's fields. What is missing is named with what is not wanted: the one is
    often the other under a wrong name."""
    if known is None:
        return
    given = list(items)
    if faults := _faults_of_names("body", given, known):
        missing = [name for name, field in known.items() if field.required and name not in dict(given)]
        required = [InputFault("body", f"/{name}", *describe({"type": "missing"})) for name in missing]
        raise InvalidInput([*faults, *required])


def _faults_of_names(
    place: str, items: Iterable[tuple[str, object]], known: Mapping[str, Parameter]
) -> list[InputFault]:
    what = "query parameter" if place == "query" else "field"
    short = what.split()[-1]
    names = [name for name, _ in items]
    return [
        InputFault(place, pointer_to(name), f"unknown_{short}", f"There is no such {what} here.")
        if name not in known
        else InputFault(place, f"/{name}", f"repeated_{short}", f"Give this {short} once.")
        for name in dict.fromkeys(names)
        if name not in known or (names.count(name) > 1 and not known[name].repeatable)
    ]
