"""How every request is answered: who may, what is asked, one transaction, and the conventions of the contract, in
this order.

    access (401, 404, 403) → query names, media type, JSON (422, 415, 400) → a stored answer, if this is a repeat
    → the endpoint (422, 428, 412, 409) → the answer is kept for repeats → commit → ETag → the answer leaves

The order is the contract's, and it is why this stands in the route and not in dependencies: FastAPI reads and parses
the body before it solves any dependency. The commit comes before the answer leaves, so that no acknowledged write
can be lost.
"""

import email.message
import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.datastructures import FormData, UploadFile

from app.dependencies import Access, operation_access
from app.domain.errors import BadRequest, InputFault, InvalidInput, UnsupportedMediaType
from app.outbox import seal
from app.services import idempotency, rate_limits

# A resource starts with its tag and its id, and a page ends with its cursor: the bases of the schemas see to that.
_VERSION = re.compile(rb'\{"etag":"\\"(\d+)\\""')
_ID = re.compile(rb'\{(?:"etag":"[^,]*",)?"id":"([0-9a-f-]{36})"')
_NEXT = re.compile(rb'"next_cursor":"([A-Za-z0-9_-]+)"\}$')
# No object of the contract has nearly as many. Every unknown one becomes an entry of the answer, and 100,000 of them
# would keep the process busy for seconds.
_MOST_NAMES = 200
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Route(APIRoute):
    """A route of the contract. It must declare its access; see `dependencies.require` and `dependencies.public`."""

    @property
    def access(self) -> Access:
        """Who may use this route; see `dependencies.operation_access`."""
        return operation_access(self)

    def get_route_handler(self) -> Handler:
        """The handler with everything around it."""
        handle = super().get_route_handler()
        access = self.access
        operation = self.operation_id or self.path
        known = _query_names(self.dependant)
        media_type: str = self.body_field.field_info.media_type if self.body_field is not None else ""  # type: ignore[attr-defined]
        takes_form = media_type in _FORMS
        takes_json = self.body_field is not None and not takes_form
        form_names = _form_names(self.dependant) if takes_form else None

        async def answer(request: Request) -> Response:
            state = request.app.state
            now = state.clock()
            who = request.client.host if request.client else "unknown"
            await rate_limits.throttle(state.database, access.limits, who, now, scale=state.settings.rate_limit_scale)
            if takes_json:
                # The bytes are taken in before a connection is, so that a slow sender holds no connection.
                await request.body()
            elif takes_form:
                async with state.database.transaction() as session:
                    await access.admit(request, session)
                _check_media_type(request, (media_type,))
                _check_form(await request.form(), form_names)
            async with state.database.transaction() as session, _undoing(request):
                work = await access.admit(request, session)
                _check_query(request, known)
                if takes_json:
                    patch = ("application/merge-patch+json",) if request.method == "PATCH" else ()
                    _check_media_type(request, ("application/json", *patch))
                    await request.json()
                repeat = await _repeat(request, access, takes_form=takes_form)
                if repeat is not None:
                    stored = await idempotency.find(work, operation, *repeat)
                    if stored is not None:
                        return Response(stored.body, stored.status, {**stored.headers, "Idempotent-Replayed": "true"})
                response = await handle(request)
                _set_headers(request, response, access)
                if repeat is not None and response.status_code < 400:
                    given = dict(response.headers)
                    await idempotency.keep(work, operation, *repeat, response.status_code, given, bytes(response.body))
                await seal(work)
            return _unless_unchanged(request, response)

        async def answer_and_close(request: Request) -> Response:
            # The framework closes a form's files only once it has seen them, and a refusal may come before.
            request = _Request(request.scope, request.receive)
            try:
                return await answer(request)
            finally:
                await request.close()

        return answer_and_close


@asynccontextmanager
async def _undoing(request: Request) -> AsyncIterator[None]:
    """Take away what was stored outside the database when the request fails before the commit.

    A commit that fails leaves it: whether the rows are there is not known then, and a row without its file is worse
    than a file too many.
    """
    try:
        yield
    except BaseException:
        for undo in request.state.work.undo if hasattr(request.state, "work") else ():
            await undo()
        raise


class _Request(Request):
    """A request whose JSON is read strictly, once."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = _strict_json(await self.body())
        return self._json


def _strict_json(body: bytes) -> Any:
    """RFC 8259 JSON in UTF-8, without `NaN`, without a name twice in one object. Raises `BadRequest`."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(pairs) > _MOST_NAMES:
            raise BadRequest(f"An object in the body has more than {_MOST_NAMES} names.", code="malformed_json")
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a name stands twice in one object")
        return found

    def no_constant(name: str) -> Any:
        raise ValueError(f"{name} is not JSON")

    if not body:
        raise BadRequest("This needs a JSON body.", code="body_missing")
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=once, parse_constant=no_constant)
    except UnicodeDecodeError as error:
        raise BadRequest("The body is not UTF-8.", code="malformed_json") from error
    except json.JSONDecodeError as error:
        raise BadRequest(
            f"The body is not JSON: line {error.lineno}, column {error.colno}.", code="malformed_json"
        ) from error
    except RecursionError as error:
        raise BadRequest("The body is nested too deeply.", code="malformed_json") from error
    except ValueError as error:
        raise BadRequest(
            "The body is not JSON that can be read: it has NaN, Infinity, a number too long, or a name twice in "
            "one object.",
            code="malformed_json",
        ) from error


def _query_names(dependant: Dependant) -> dict[str, bool]:
    """The names of the query parameters that a route takes, and whether each may be repeated."""
    names: dict[str, bool] = {}
    for field in dependant.query_params:
        annotation = field.field_info.annotation
        members = getattr(annotation, "model_fields", None)
        if members is not None:
            names |= {member.alias or name: "list" in str(member.annotation) for name, member in members.items()}
        else:
            names[field.alias] = "list" in str(annotation)
    for child in dependant.dependencies:
        names |= _query_names(child)
    return names


def _form_names(dependant: Dependant) -> dict[str, bool] | None:
    """The names of a form's fields, and whether each may be repeated; None for a form model, which says itself what
    it takes."""
    if any(hasattr(field.field_info.annotation, "model_fields") for field in dependant.body_params):
        return None
    return {field.alias: "list" in str(field.field_info.annotation) for field in dependant.body_params}


def _check_query(request: Request, known: dict[str, bool]) -> None:
    """Refuse query parameters that are unknown or stand twice; nothing is silently dropped."""
    _check_names("query", [name for name, _ in request.query_params.multi_items()], known)


def _check_form(form: FormData, known: dict[str, bool] | None) -> None:
    """Refuse fields of a form that are unknown or stand twice, as in a query."""
    if known is not None:
        _check_names("body", [name for name, _ in form.multi_items()], known)


def _check_names(place: str, names: list[str], known: dict[str, bool]) -> None:
    what = "query parameter" if place == "query" else "field"
    faults = [
        InputFault(place, f"/{name[:64]}", f"unknown_{what.split()[-1]}", f"There is no such {what} here.")
        if name not in known
        else InputFault(place, f"/{name}", f"repeated_{what.split()[-1]}", f"Give this {what.split()[-1]} once.")
        for name in dict.fromkeys(names)
        if name not in known or (names.count(name) > 1 and not known[name])
    ]
    if faults:
        raise InvalidInput(faults)


def _check_media_type(request: Request, accepted: tuple[str, ...]) -> None:
    message = email.message.Message()
    message["content-type"] = request.headers.get("content-type", "")
    charset = message.get_content_charset("utf-8")
    if message.get_content_type() not in accepted or charset not in ("utf-8", "utf8", "us-ascii"):
        header = "Accept-Patch" if request.method == "PATCH" else "Accept-Post"
        raise UnsupportedMediaType(
            f"Send the body as {' or '.join(accepted)}, in UTF-8.", headers={header: ", ".join(accepted)}
        )


async def _repeat(request: Request, access: Access, *, takes_form: bool) -> tuple[str, bytes] | None:
    """The caller's key and what it stands for, where an answer is kept for repeats. Raises `BadRequest`."""
    if request.method != "POST" or not access.replays:
        return None
    key = idempotency.read_key(request.headers.get("idempotency-key"))
    if key is None and access.key_required:
        raise BadRequest(
            "Send an Idempotency-Key: money moves here, and a repeat must not move it twice.",
            code="idempotency_key_required",
        )
    return None if key is None else (key, await _request_digest(request, takes_form=takes_form))


async def _request_digest(request: Request, *, takes_form: bool) -> bytes:
    """What makes two requests the same: the address and the content. A multipart boundary is not content."""
    digest = hashlib.sha256(f"{request.url.path}?{request.url.query}\n".encode())
    if not takes_form:
        digest.update(await request.body())
        return digest.digest()
    for name, value in sorted((await request.form()).multi_items(), key=lambda item: item[0]):
        digest.update(f"{name}\n".encode())
        if isinstance(value, UploadFile):
            digest.update(f"{value.filename}\n".encode())
            while chunk := await value.read(1 << 20):
                digest.update(chunk)
            await value.seek(0)
        else:
            digest.update(value.encode("utf-8", "surrogatepass"))
    return digest.digest()


def _set_headers(request: Request, response: Response, access: Access) -> None:
    """The caching rule, the entity tag, where the new resource is, and where the next page is."""
    if response.status_code == 204:
        # The framework names a media type even where there is no content, and a strict client would try to read it.
        del response.headers["content-type"]
    response.headers.setdefault("Cache-Control", access.cache_control)
    if not access.replays:
        # RFC 6749 section 5.1 asks for both, for caches of every age.
        response.headers["Pragma"] = "no-cache"
    body = getattr(response, "body", b"")
    if "etag" in response.headers or not body or response.status_code not in (200, 201):
        return
    if not response.headers.get("content-type", "").startswith("application/json"):
        return
    created = _ID.match(body)
    if access.location is not None and created is not None and response.status_code == 201:
        response.headers["Location"] = access.location.format(id=created[1].decode(), **request.path_params)
    following = _NEXT.search(body)
    if following is not None:
        url = request.url.include_query_params(cursor=following[1].decode())
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    version = _VERSION.match(body)
    if version is not None or request.method == "GET":
        digest = hashlib.blake2b(body, digest_size=9).hexdigest()
        response.headers["ETag"] = f'"{version[1].decode()}.{digest}"' if version else f'"{digest}"'


def _unless_unchanged(request: Request, response: Response) -> Response:
    """304 when the caller has this very answer already (RFC 9110 section 13.1.2)."""
    tag = response.headers.get("etag")
    seen = request.headers.get("if-none-match")
    if request.method != "GET" or response.status_code != 200 or tag is None or seen is None:
        return response
    if seen.strip() != "*" and tag not in {part.strip().removeprefix("W/") for part in seen.split(",")}:
        return response
    kept = {
        name: response.headers[name] for name in ("etag", "cache-control", "link", "vary") if name in response.headers
    }
    return Response(status_code=304, headers=kept)


def router(prefix: str, tag: str) -> APIRouter:
    """A router of the contract: every route of it is a `Route`."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=Route, redirect_slashes=False)
