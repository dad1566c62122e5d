"""The names and spellings of query parameters, form fields and numbers in the path: unknown names are refused, and no
value is coerced.

The framework takes `1`, `yes` and `on` for true, ` +5` and `05` for five, and a moment for a date. We take what the
contract shows, so that every client library and every proxy sees the same value.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import UnionType
from typing import Annotated, Union, get_args, get_origin
from uuid import UUID

from fastapi import Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.domain.refusals.input import InputFault, InvalidInput, Place
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.requests import NotFound
from app.schemas.errors_text import input_fault, pointer_to

_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DATE = "Enter a date as YYYY-MM-DD, for example 2026-09-01."
# The one spelling of each kind of value, and the error for any other.
_SPELLING: dict[type, tuple[re.Pattern[str], dict[str, str]]] = {
    bool: (re.compile("true|false"), {"type": "bool_type"}),
    int: (_WHOLE_NUMBER, {"type": "int_type"}),
    UUID: (re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"), {"type": "uuid_type"}),
    date: (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), {"type": InputFaultCode.INVALID_DATE, "msg": _DATE}),
}


@dataclass(frozen=True)
class Parameter:
    """Whether a parameter may be repeated, how its values are spelt if that is fixed, and whether it is required."""

    repeatable: bool
    kind: type | None
    required: bool

    @classmethod
    def of(cls, info: FieldInfo) -> "Parameter":
        """The parameter that a route declares so."""
        kinds = [kind for kind in _members(info.annotation) if kind in _SPELLING]
        return cls(_is_list(info.annotation), kinds[0] if len(kinds) == 1 else None, info.is_required())


def _members(annotation: object) -> Iterator[type]:
    """The types that an annotation such as `Annotated[int, …] | None` is made of."""
    parts = get_args(annotation)
    if not parts and isinstance(annotation, type):
        yield annotation
    for part in parts:
        yield from _members(part)


def _is_list(annotation: object) -> bool:
    origin = get_origin(annotation)
    return origin is list or (
        origin in (Annotated, Union, UnionType) and any(_is_list(part) for part in get_args(annotation))
    )


def fields_of(info: FieldInfo) -> Mapping[str, FieldInfo] | None:
    """The fields of a parameter that is a model; None for a plain one."""
    model = info.annotation
    return model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else None


def query_parameters(dependant: Dependant) -> dict[str, Parameter]:
    """The query parameters of a route by name."""
    found: dict[str, Parameter] = {}
    for field in dependant.query_params:
        fields = fields_of(field.field_info)
        if fields is None:
            found[field.alias] = Parameter.of(field.field_info)
        else:
            found |= {info.alias or name: Parameter.of(info) for name, info in fields.items()}
    for child in dependant.dependencies:
        found |= query_parameters(child)
    return found


def form_fields(dependant: Dependant) -> dict[str, Parameter] | None:
    """The form fields of a route by name; None for a form model, which refuses unknown names itself."""
    if any(fields_of(field.field_info) is not None for field in dependant.body_params):
        return None
    return {field.alias: Parameter.of(field.field_info) for field in dependant.body_params}


def whole_numbers_in_path(dependant: Dependant) -> frozenset[str]:
    """The names of the path's parameters that are whole numbers."""
    return frozenset(field.alias for field in dependant.path_params if int in _members(field.field_info.annotation))


def check_path(path_params: Mapping[str, str], whole_numbers: frozenset[str]) -> None:
    """Raises `NotFound` for a whole number that is not spelt as we spell it: no sign, leading zero or space."""
    if not all(_WHOLE_NUMBER.fullmatch(path_params[name]) for name in whole_numbers):
        raise NotFound


def check_query(request: Request, known: Mapping[str, Parameter]) -> None:
    """Raises `InvalidInput`, naming every parameter that is unknown, repeated or not spelt as the contract says."""
    if not request.scope["query_string"]:
        return
    given = request.query_params.multi_items()
    faults = [*_faults_of_names(Place.QUERY, given, known)]
    for name, value in given:
        kind = known[name].kind if name in known else None
        if kind is not None and not _SPELLING[kind][0].fullmatch(value):
            faults.append(input_fault({"loc": (name,), **_SPELLING[kind][1]}, Place.QUERY))
    if faults:
        raise InvalidInput(faults)


def check_form(items: Iterable[tuple[str, object]], known: Mapping[str, Parameter] | None) -> None:
    """As `check_query`, for the names of a form's fields. Missing names stand beside unknown ones: the one is often
    the other under a wrong name."""
    if known is None:
        return
    given = list(items)
    if faults := _faults_of_names(Place.BODY, given, known):
        missing = [name for name, field in known.items() if field.required and name not in dict(given)]
        required = [input_fault({"type": "missing", "loc": (name,)}, Place.BODY) for name in missing]
        raise InvalidInput([*faults, *required])


def _faults_of_names(
    place: Place, items: Iterable[tuple[str, object]], known: Mapping[str, Parameter]
) -> list[InputFault]:
    what = "query parameter" if place is Place.QUERY else "field"
    short = what.split()[-1]
    names = [name for name, _ in items]
    return [
        InputFault(
            place,
            pointer_to(name),
            InputFaultCode(f"unknown_{short}"),
            f"There is no {what} of this name. Check its spelling, or leave it out.",
        )
        if name not in known
        else InputFault(place, f"/{name}", InputFaultCode(f"repeated_{short}"), f"Give this {short} once.")
        for name in dict.fromkeys(names)
        if name not in known or (names.count(name) > 1 and not known[name].repeatable)
    ]
