"""From the object that an endpoint returned to its answer: JSON, entity tag, `Location`, `Link`, 304."""

from collections.abc import Mapping
from string import Formatter
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.responses import StreamingResponse

from app.domain.preconditions import tag_of
from app.http.access import Access
from app.http.exchange import exchange_of, joined_header
from app.schemas.base import Page, Resource


class AnswerNotValid(Exception):
    """An endpoint returned what its schema does not allow: our fault. Says where, and never repeats the value."""


class Answers:
    """How the answers of one route are made."""

    def __init__(self, route: APIRoute, access: Access) -> None:
        self._status_code = route.status_code or 200
        self._schema: TypeAdapter[object] | None = TypeAdapter(route.response_model) if route.response_model else None
        self._location = access.location
        caching = {"Cache-Control": access.cache_control}
        # RFC 6749 section 5.1 asks for both, for caches of every age.
        self._caching = caching if access.replays else caching | {"Pragma": "no-cache"}
        if access.location is not None:
            _check_location(access.location, route)

    def make(self, request: Request, returned: object) -> Response:
        """The answer with its headers; an endpoint that made the response itself has set its own entity tag."""
        if not isinstance(returned, Response):
            return self._from_object(request, returned)
        for name, value in self._caching.items():
            returned.headers.setdefault(name, value)
        return returned

    def _from_object(self, request: Request, value: object) -> Response:
        headers = self._caching.copy()
        if self._schema is None:
            return Response(status_code=self._status_code, headers=headers)
        deployment = exchange_of(request).deployment
        value, root = _validated(self._schema, value), deployment.settings.root_path
        if isinstance(value, Page) and value.next_cursor is not None and not value.lasting_cursor:
            value = value.model_copy(update={"next_cursor": deployment.cursors.seal(value.next_cursor)})
        # `TypeAdapter.dump_json` would check sixteen options first.
        body = self._schema.serializer.to_json(value, by_alias=True)
        if self._location is not None:
            headers["Location"] = root + self._location.format_map(_Facts(value, request.path_params))
        if isinstance(value, Page) and value.next_cursor is not None:
            others = [item for item in request.query_params.multi_items() if item[0] != "cursor"]
            query = urlencode([*others, ("cursor", value.next_cursor)])
            headers["Link"] = f'<{root}{request.scope["path"]}?{query}>; rel="next"'
        if self._status_code in (200, 201) and (isinstance(value, Resource) or request.method == "GET"):
            headers["ETag"] = _entity_tag(value, body)
        return Response(body, self._status_code, headers, "application/json")


class _Facts(dict[str, object]):
    """The names in a `location`: of the path, else of the object."""

    def __init__(self, value: object, path_params: Mapping[str, object]) -> None:
        super().__init__(path_params)
        self._value = value

    def __missing__(self, name: str) -> object:
        return getattr(self._value, name)


def _check_location(location: str, route: APIRoute) -> None:
    """Raises `TypeError` at start-up for a name that neither the path nor the answer has."""
    schema = route.response_model
    fields = schema.model_fields if isinstance(schema, type) and issubclass(schema, BaseModel) else {}
    names = {name for _, name, _, _ in Formatter().parse(location) if name}
    if unknown := names - fields.keys() - route.param_convertors.keys():
        raise TypeError(f"{route.path}: neither the path nor the answer has {sorted(unknown)}, as its location does")


def _validated(schema: TypeAdapter[object], value: object) -> object:
    try:
        return schema.validate_python(value, from_attributes=True)
    except ValidationError as error:
        raise AnswerNotValid(error.errors(include_input=False, include_url=False, include_context=False)) from None


def _entity_tag(value: object, body: bytes) -> str:
    """The digest of the answer, after the version that `If-Match` compares where the object has one (decision 2)."""
    return tag_of(body, value.etag.strip('"') if isinstance(value, Resource) else None)


def has_this(request: Request, tag: str) -> bool:
    """True when `If-None-Match` names the tag; it compares weakly (RFC 9110 section 13.1.2)."""
    seen = joined_header(request, "if-none-match")
    return seen.strip() == "*" or tag in {part.strip().removeprefix("W/") for part in seen.split(",")}


def unless_unchanged(request: Request, response: Response) -> Response:
    """The answer, or 304 when the caller already has it."""
    if request.method != "GET" or response.status_code != 200 or not joined_header(request, "if-none-match"):
        return response
    tag = response.headers.get("etag")
    if tag is None or not has_this(request, tag):
        return response
    lasting = ("etag", "cache-control", "link", "vary")
    kept = {name: response.headers[name] for name in lasting if name in response.headers}
    return Response(status_code=304, headers=kept)


def without_body(response: Response) -> Response:
    """The answer to HEAD. A file's stream is dropped before its first byte is read; the middleware drops the rest."""
    if not isinstance(response, StreamingResponse):
        return response
    bare = Response(status_code=response.status_code)
    bare.raw_headers = response.raw_headers
    return bare
