"""The plan takes the same arguments, and finds the same faults, as the framework; it refuses what it does not know."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Annotated, Any, cast

import httpx
import pytest
from fastapi import BackgroundTasks, Body, Cookie, Depends, File, Form, Header, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.routing import get_request_handler
from pydantic import BaseModel

from app.clock import SandboxClock
from app.database import LeasedSession, Work
from app.domain.actors import PUBLIC
from app.domain.refusals.base import Refusal
from app.http.access import public
from app.http.addresses import Addresses
from app.http.body import StrictRequest
from app.http.exchange import Exchange, deployment_of, exchange_of
from app.http.plan import CallPlan, Faults
from app.http.route import Route, router
from app.security.cursors import CursorSeal
from tests.clock import MovableClock
from tests.contract.asking import NEVER
from tests.contract.operations import Operation, operations
from tests.unserved import unserved_app

ROUTES = {
    route.operation_id: route
    for route in (context.original_route for context in Addresses.of(unserved_app()).routes)
    if isinstance(route, Route)
}
TEXTS = ("", "x", " 1", "0", "-1", "101", "9" * 30, "2026-13-01")
VALUES: tuple[Any, ...] = (None, True, -1.5, "", [None], {"no_such": 1})
FILE = ("a.pdf", b"%PDF-1.7", "application/pdf")
NOT_FILES: tuple[Any, ...] = (("", b"", "text/plain"), ("", b"x", "text/plain"), (None, b"x"), ("a.pdf", b""))
# What a browser sends when no file was chosen.
NOT_CHOSEN = b'--b\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--b--\r\n'

# The arguments of `httpx.Request`, and `path`: the path's parameters.
Asked = dict[str, Any]
Way = Callable[[Request, Faults], Awaitable[object]]
Outcome = tuple[str, object]


def good(op: Operation) -> Asked:
    """The operation's examples."""
    shown: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
    for one in op.described["parameters"]:
        example = one.get("example", one["schema"].get("examples", [None])[0])
        shown[one["in"]][one["name"]] = NEVER if one["name"].endswith("_id") else example
    asked = {
        "path": shown["path"],
        "params": shown["query"],
        "headers": {"If-Match": '"3"'} if op.takes_if_match else {},
    }
    if op.media_types == {"multipart/form-data"}:
        data = {"note": "x", "kind": "centre_agreement", "account": "main", "date_order": "day_first"}
        return asked | {"files": {"file": FILE}, "data": data}
    if op.takes_json:
        return asked | {"json": op.example}
    return asked | ({"data": {"grant_type": "client_credentials"}} if op.media_types else {})


def broken(asked: Asked) -> Iterator[Asked]:
    """The request with one part of it broken, and with every part broken."""
    for tags in ([], ["3"], ["x" * 1001], ['"3"', '"4"']):
        yield asked | {"headers": [("If-Match", tag) for tag in tags]}
    yield asked | {"headers": {"Accept": "image/png"}}
    for part in {"path", "params", "data"} & asked.keys():
        for name, value in asked[part].items():
            texts = (*TEXTS, *([[value, "x"]] if part != "path" else []))
            yield from (asked | {part: asked[part] | {name: text}} for text in texts)
    for part in {"params", "data", "json"} & asked.keys():
        for name in asked[part]:
            yield asked | {part: {key: value for key, value in asked[part].items() if key != name}}
        yield asked | {part: asked[part] | {"no_such": "1"}}
    if "json" in asked:
        for name in asked["json"]:
            yield from (asked | {"json": asked["json"] | {name: value}} for value in VALUES)
        yield from (asked | {"json": value} for value in VALUES)
    if "files" in asked:
        yield from (asked | {"files": {"file": file}} for file in NOT_FILES)
        yield asked | {"files": {"other": FILE}}
        rest = {name: value for name, value in asked.items() if name not in ("files", "data")}
        yield rest | {"content": NOT_CHOSEN, "headers": {"Content-Type": "multipart/form-data; boundary=b"}}
    all_of_it = {part: dict.fromkeys(asked[part], "no such") for part in {"path", "params", "data"} & asked.keys()}
    yield (
        asked
        | all_of_it
        | ({"json": {"no_such": 1}} if "json" in asked else {})
        | {"headers": {"If-Match": "x" * 1001}}
    )


class _Unsealed(CursorSeal):
    """Opens everything, as the framework takes every text for a cursor."""

    def open(self, cursor: str) -> str | None:
        return cursor


def framework(route: Route) -> Way:
    taken: dict[str, object] = {}

    async def endpoint(**arguments: object) -> Response:
        taken.update(arguments)
        return Response()

    declared = replace(route.dependant, call=endpoint)
    handle = get_request_handler(declared, route.body_field, embed_body_fields=route._embed_body_fields)

    async def solve(request: Request, faults: Faults) -> object:
        taken.clear()
        try:
            await handle(request)
        except RequestValidationError as error:
            faults += error.errors()
        return taken.copy()

    return solve


async def both(route: Route, ways: tuple[Way, Way], asked: Asked) -> list[Outcome]:
    """What the framework and the plan make of one and the same request."""
    given = {name: value for name, value in asked.items() if name not in ("path", "json")}
    if "json" in asked:
        given |= {"content": json.dumps(asked["json"])}
    sent = httpx.Request(next(iter(route.methods or ())), "http://testserver/", **given)
    body = sent.read()
    given_type = [(b"content-type", b"application/json")] if "json" in asked else []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body}

    clock = SandboxClock(MovableClock())
    deployment = replace(deployment_of(unserved_app()), clock=clock, cursors=_Unsealed("x" * 40))
    exchange = Exchange(deployment, "an-id", target=object())
    exchange.work = Work(cast(LeasedSession, object()), PUBLIC, clock(), deployment.settings)
    async with AsyncExitStack() as stack:
        scope = {
            "type": "http",
            "method": sent.method,
            "path": "/",
            "query_string": sent.url.query,
            "headers": [*given_type, *((name.lower(), value) for name, value in sent.headers.raw)],
            "path_params": {name: str(value) for name, value in asked["path"].items()},
            "client": ("127.0.0.1", 50000),
            "state": {"exchange": exchange},
            **{f"fastapi_{name}_astack": stack for name in ("middleware", "inner", "function")},
        }
        request = StrictRequest(scope, receive)
        return [await outcome(way, request) for way in ways]


async def outcome(way: Way, request: Request) -> Outcome:
    faults: Faults = []
    headers = exchange_of(request).headers
    headers.clear()
    try:
        taken = await way(request, faults)
    except Refusal as refusal:
        return "refused", (type(refusal), refusal.detail, *headers)
    return ("faults", faults) if faults else ("taken", (taken, *headers))


async def test_the_plan_and_the_framework_take_the_same_and_find_the_same_faults_on_every_route() -> None:
    seen: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for op in operations():
        route = ROUTES[op.id]
        ways = (framework(route), CallPlan(route.path, route.dependant).arguments)
        theirs, ours = await both(route, ways, good(op))
        assert (theirs[0], ours) == ("taken", theirs), op.id
        for asked in broken(good(op)):
            theirs, ours = await both(route, ways, asked)
            assert ours == theirs, (op.id, asked)
            seen[theirs[0]] += 1
            if theirs[0] == "faults":
                places.update({fault["loc"][0] for fault in theirs[1]})  # type: ignore[attr-defined]
    assert min(seen["refused"], seen["faults"], seen["taken"]) > 30, seen
    assert min(places[place] for place in ("path", "query", "header", "body")) > 30, places


def a_sync_one(request: Request) -> str:
    return request.method


async def a_generator() -> AsyncIterator[str]:
    yield "kept open"


async def one_with_a_body(request: Request, body: dict[str, str]) -> str:
    return request.method + body["name"]


class Tags(BaseModel):
    """A model with a list."""

    tags: list[str]


@pytest.mark.parametrize(
    "declared",
    [
        BackgroundTasks,
        Response,
        Annotated[str, Cookie()],
        Annotated[list[str], Header()],
        Annotated[Tags, Header()],
        Annotated[dict[str, str], Body(embed=True)],
        Annotated[list[str], Form()],
        Annotated[Tags, Form()],
        Annotated[list[UploadFile], File()],
        Annotated[str, Depends(a_sync_one)],
        Annotated[str, Depends(a_generator)],
        Annotated[str, Depends(one_with_a_body)],
    ],
)
def test_a_parameter_that_the_plan_does_not_know_fails_at_start(declared: Any) -> None:
    async def endpoint(request: Request, strange: Any) -> None: ...

    endpoint.__annotations__["strange"] = declared
    with pytest.raises(TypeError, match=r"^/v1/things/\{thing_id\}: .*(strange|a_sync_one|a_generator)"):
        router("/v1", "Things").post("/things/{thing_id}", dependencies=[public()])(endpoint)


def test_two_bodies_and_a_sync_endpoint_fail_at_start() -> None:
    routes = router("/v1", "Things")
    with pytest.raises(TypeError, match="no plan for the parameter 'one' of two_bodies"):

        @routes.post("/things", dependencies=[public()])
        async def two_bodies(one: dict[str, str], other: dict[str, str]) -> None: ...

    with pytest.raises(TypeError, match="sync must be `async def`"):

        @routes.post("/things", dependencies=[public()])
        def sync() -> None: ...
