"""How an endpoint gets its arguments: a plan made once, at start-up, from what the endpoint declares.

The declaration and the contract are the framework's. Its own solver walks the declaration for every request and runs
dependencies in threads, which costs as much as all of a bare handler. A test compares both on every route.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from copy import deepcopy

from fastapi import Request, params
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData, UploadFile

from app.domain.refusals.input_faults import InputFaultCode
from app.http.exchange import exchange_of
from app.http.parameters import Parameter, fields_of

Faults = list[Mapping[str, object]]
Getter = Callable[[Request, Faults], Awaitable[object]]
Getters = Iterator[tuple[str | None, Getter]]
_ABSENT = object()


class CallPlan:
    """The call of one function: a getter for each of its parameters."""

    def __init__(self, route: str, declared: Dependant) -> None:
        """Raises `TypeError`, naming route and parameter, for a parameter that no getter can be made for."""
        assert declared.call is not None, "the framework reads a declaration off a function"
        self._function: Callable[..., Awaitable[object]] = declared.call
        if not _is_async(self._function):
            raise TypeError(f"{route}: {_name(self._function)} must be `async def`")
        self._getters = [
            *_dependencies(route, declared),
            *_path(declared),
            *_query(declared),
            *_headers(declared),
            *_body(declared),
            *_request(declared),
        ]
        planned = {name for name, _ in self._getters}
        for name in inspect.signature(self._function, eval_str=True).parameters:
            if name not in planned:
                raise TypeError(f"{route}: no plan for the parameter {name!r} of {_name(self._function)}")

    async def arguments(self, request: Request, faults: Faults) -> dict[str, object]:
        """The arguments by name; adds everything that is wrong with the request to `faults`."""
        found: dict[str, object] = {}
        for name, get in self._getters:
            value = await get(request, faults)
            if name is not None:
                found[name] = value
        return found

    async def call(self, request: Request) -> object:
        """What the endpoint returns. Raises `RequestValidationError`."""
        faults: Faults = []
        arguments = await self.arguments(request, faults)
        if faults:
            raise RequestValidationError(faults)
        return await self._function(**arguments)

    async def solve(self, request: Request, faults: Faults) -> object:
        """What a dependency returns; it is not called when its own parameters are at fault."""
        own: Faults = []
        arguments = await self.arguments(request, own)
        faults += own
        return None if own else await self._function(**arguments)


def _dependencies(route: str, declared: Dependant) -> Getters:
    for dependency in declared.dependencies:
        if not dependency.body_params:
            yield dependency.name, CallPlan(route, dependency).solve


def _path(declared: Dependant) -> Getters:
    for field in declared.path_params:
        yield field.name, _of_path(field)


def _of_path(field: ModelField) -> Getter:
    name, validated = field.alias, _validated(field, ("path", field.alias))

    async def get(request: Request, faults: Faults) -> object:
        return validated(request.path_params.get(name, _ABSENT), faults)

    return get


def _query(declared: Dependant) -> Getters:
    for field in declared.query_params:
        yield field.name, _of_query(field)


def _of_query(field: ModelField) -> Getter:
    fields = fields_of(field.field_info)
    one = field.alias
    known = {one: field.field_info} if fields is None else {info.alias or name: info for name, info in fields.items()}
    lists = {name for name, info in known.items() if Parameter.of(info).repeatable}
    validated = _validated(field, ("query",) if fields is not None else ("query", one))
    sealed = "cursor" in known and not getattr(field.field_info.annotation, "lasting_cursor", False)

    async def get(request: Request, faults: Faults) -> object:
        given: dict[str, object] = {}
        for name, value in request.query_params.multi_items():
            if name in lists:
                given.setdefault(name, []).append(value)  # type: ignore[attr-defined]
            else:
                given[name] = value
        if sealed and "cursor" in given:
            _open_cursor(request, given, faults)
        return validated(given if fields is not None else given.get(one, _ABSENT), faults)

    return get


def _open_cursor(request: Request, given: dict[str, object], faults: Faults) -> None:
    """Put the place that the cursor names in its stead."""
    place = exchange_of(request).deployment.cursors.open(str(given.pop("cursor")))
    if place is None:
        code = InputFaultCode.BAD_CURSOR
        faults.append({"type": code, "loc": ("query", "cursor"), "msg": code.meaning})
    else:
        given["cursor"] = place


def _headers(declared: Dependant) -> Getters:
    for field in declared.header_params:
        if fields_of(field.field_info) is None and not Parameter.of(field.field_info).repeatable:
            yield field.name, _of_header(field)


def _of_header(field: ModelField) -> Getter:
    name, validated = field.alias, _validated(field, ("header", field.alias))

    async def get(request: Request, faults: Faults) -> object:
        return validated(request.headers.get(name, _ABSENT), faults)

    return get


def _body(declared: Dependant) -> Getters:
    for field in declared.body_params:
        info = field.field_info
        if isinstance(info, params.Form):
            fields = fields_of(info)
            if not any(Parameter.of(one).repeatable for one in (fields or {"": info}).values()):
                yield field.name, _of_form(field) if fields is None else _form_model(field, frozenset(fields))
        elif len(declared.body_params) == 1 and not (isinstance(info, params.Body) and info.embed):
            yield field.name, _of_json(field)


def _of_json(field: ModelField) -> Getter:
    validated = _validated(field, ("body",))

    async def get(request: Request, faults: Faults) -> object:
        return validated(await request.json(), faults)

    return get


def _of_form(field: ModelField) -> Getter:
    name, validated = field.alias, _validated(field, ("body", field.alias))

    async def get(request: Request, faults: Faults) -> object:
        return validated(_filled_in(await request.form(), name), faults)

    return get


def _form_model(field: ModelField, names: frozenset[str]) -> Getter:
    validated = _validated(field, ("body",))

    async def get(request: Request, faults: Faults) -> object:
        form = await request.form()
        given = {name: value for name in names if (value := _filled_in(form, name)) is not _ABSENT}
        unknown = {name: value for name, value in form.items() if name not in names}
        return validated(given | unknown, faults)

    return get


def _filled_in(form: FormData, name: str) -> object:
    """The value of a field. A browser sends an empty one for a field that was not filled in, or a file not chosen."""
    value = form.get(name, _ABSENT)
    if value == "" or (isinstance(value, UploadFile) and value.filename == "" and value.size == 0):
        return _ABSENT
    return value


def _request(declared: Dependant) -> Getters:
    if declared.request_param_name is not None:
        yield declared.request_param_name, _itself


async def _itself(request: Request, _: Faults) -> object:
    return request


def _validated(field: ModelField, place: tuple[str, ...]) -> Callable[[object, Faults], object]:
    """A function that validates a value as the framework does, and says of a fault where it is."""
    missing = {"type": "missing", "loc": place, "msg": "Field required", "input": None}
    required = field.field_info.is_required()

    def validated(value: object, faults: Faults) -> object:
        if value is _ABSENT and required:
            faults.append(missing)
            return None
        if value is _ABSENT:
            return deepcopy(field.default)
        found, errors = field.validate(value, loc=place)
        faults += errors
        return found

    return validated


def _is_async(function: Callable[..., object]) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)


def _name(function: Callable[..., object]) -> str:
    return getattr(function, "__name__", type(function).__name__)
