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
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile
from starlette.routing import Match
from starlette.types import Scope

from app.domain.errors import BadRequest, NotFound, UnsupportedMediaType
from app.http.access import Access, identify, one_line, operation_access
from app.http.parameters import (
    check_form,
    check_query,
    form_fields,
    is_whole_number,
    query_parameters,
    whole_numbers_in_path,
)
from app.outbox import seal
from app.services import idempotency, rate_limits
from app.services.rate_limits import Limit
from app.services.sandbox.clock import set_clock

# A resource starts with its tag, and a page ends with its cursor: the bases of the schemas see to that.
_VERSION = re.compile(rb'\{"etag":"\\"(\d+)\\""')
_NEXT = re.compile(rb'"next_cursor":"([A-Za-z0-9_-]+)"\}$')
# No object of the contract has nearly as many. Every unknown one becomes an entry of the answer, and 100,000 of them
# would keep the process busy for seconds.
_MOST_NAMES = 200
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
# Generous: a person with a busy front end stays far below it, and so does a system that reads the feed all day.
EVERY_CALLER = Limit("caller", 1200, 60)
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Route(APIRoute):
    """A route of the contract. It must declare its access; see `access.require` and `access.public`."""

    @property
    def access(self) -> Access:
        """Who may use this route; see `access.operation_access`."""
        return operation_access(self)

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        if self.access.deprecation is not None:
            self.deprecated = True

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As the framework does, but an address of another route's own is none of this pattern's: `refresh` is not
        the id of a session."""
        if self.param_convertors and scope["path"] in scope["app"].state.fixed_paths:
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Handler:
        """The handler with everything around it."""
        handle = super().get_route_handler()
        access = self.access
        operation = self.operation_id or self.path
        known = query_parameters(self.dependant)
        numbers = whole_numbers_in_path(self.dependant)
        media_type: str = self.body_field.field_info.media_type if self.body_field is not None else ""  # type: ignore[attr-defined]
        takes_form = media_type in _FORMS
        takes_json = self.body_field is not None and not takes_form
        fields = form_fields(self.dependant) if takes_form else None
        limits = (EVERY_CALLER, *access.limits) if self.path.startswith("/v1/") else access.limits

        async def answer(request: Request) -> Response:
            state = request.app.state
            if state.settings.sandbox and self.path.startswith("/v1/"):
                # Outside nothing goes by the clock, and whether the process lives is told without the database.
                await _set_clock(state)
            if access.deprecation is not None:
                _say(request, access.deprecation.headers)
            await _throttle(request, access, limits)
            if takes_json:
                # The bytes are taken in before a connection is, so that a slow sender holds no connection.
                await request.body()
            elif takes_form:
                async with state.database.transaction() as session:
                    await access.admit(request, session)
                _check_media_type(request, (media_type,))
                check_form((await request.form()).multi_items(), fields)
            async with state.database.transaction() as session, _undoing(request):
                work = await access.admit(request, session)
                if not all(is_whole_number(request.path_params[name]) for name in numbers):
                    raise NotFound
                check_query(request.query_params.multi_items(), known)
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
            for then in work.afterwards:
                await then()
            return _unless_unchanged(request, response)

        async def answer_and_close(request: Request) -> Response:
            # The framework closes a form's files only once it has seen them, and a refusal may come before.
            request = _Request(request.scope, request.receive)
            try:
                return await answer(request)
            finally:
                await request.close()

        return answer_and_close


async def _set_clock(state: Any) -> None:
    async with state.database.transaction() as session:
        await set_clock(state.clock, session)


async def _throttle(request: Request, access: Access, limits: tuple[Limit, ...]) -> None:
    """Count the request; every answer to it says where the caller stands. Raises `TooManyRequests`."""
    state = request.app.state
    standings = await rate_limits.count_request(
        state.database, limits, identify(request, access), state.clock(), scale=state.settings.rate_limit_scale
    )
    _say(request, rate_limits.headers(standings))
    rate_limits.demand_room(standings)


def _say(request: Request, headers: Mapping[str, str]) -> None:
    """Have every answer to this request carry the headers, one that refuses or fails too: the middleware adds them."""
    told = getattr(request.state, "answer_headers", [])
    request.state.answer_headers = [
        *told,
        *((name.lower().encode(), value.encode()) for name, value in headers.items()),
    ]


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


def _check_media_type(request: Request, accepted: tuple[str, ...]) -> None:
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("Send the body as it is, not compressed.", headers={"Accept-Encoding": "identity"})
    message = email.message.Message()
    message["content-type"] = one_line(request, "content-type")
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
    key = idempotency.read_key(one_line(request, "idempotency-key") if "idempotency-key" in request.headers else None)
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
    if access.location is not None and response.status_code == 201:
        response.headers["Location"] = access.location.format(**json.loads(body) | request.path_params)
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
    seen = one_line(request, "if-none-match")
    if request.method != "GET" or response.status_code != 200 or tag is None or not seen:
        return response
    if seen.strip() != "*" and tag not in {part.strip().removeprefix("W/") for part in seen.split(",")}:
        return response
    kept = {
        name: response.headers[name] for name in ("etag", "cache-control", "link", "vary") if name in response.headers
    }
    return Response(status_code=304, headers=kept)


class SandboxRoute(Route):
    """A route that is there while the sandbox is switched on; otherwise its address is one that nobody knows."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """No match, not even of the path alone, while the sandbox is off."""
        return super().matches(scope) if scope["app"].state.settings.sandbox else (Match.NONE, {})

    def get_route_handler(self) -> Handler:
        """What is owed is sent before mail is read, and what falls due is done when the clock has been moved."""
        answer = super().get_route_handler()
        reads_mail, moves_clock = "/emails" in self.path, self.operation_id == "moveSandboxClock"

        async def answer_settled(request: Request) -> Response:
            settle = request.app.state.settle
            if reads_mail:
                await settle()
            response = await answer(request)
            if moves_clock:
                await settle()
            return response

        return answer_settled


def router(prefix: str, tag: str, *, route_class: type[Route] = Route) -> APIRouter:
    """A router of the contract: every route of it is a `Route`."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=route_class, redirect_slashes=False)
