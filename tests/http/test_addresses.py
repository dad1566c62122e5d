"""The table finds the route that the framework's list would find, and both ways give the same answer."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Match

from app.http.access import public
from app.http.addresses import Addresses, Served
from app.http.direct import direct
from app.http.exchange import Exchange, deployment_of
from app.http.route import router
from tests.unserved import unserved_app
from tests.world import World

METHODS = ("GET", "POST", "PATCH", "OPTIONS")
ADDRESSES = deployment_of(unserved_app()).addresses


# What fills in a parameter; two are words of literal paths.
FILLINGS = ("x", "", "a\n", "{x}", "refresh", "history")


def paths() -> Iterator[str]:
    """Every route's path with its parameters filled in, and spellings that are no route's."""
    for path in dict.fromkeys(route.path or "" for route in ADDRESSES.routes):
        for filling in FILLINGS if "{" in path else ("",):
            segments = (filling if segment.startswith("{") else segment for segment in path.split("/"))
            yield "/".join(segments)
        yield from (f"{path}/", f"{path}\n", f"/{path}", path.upper(), path.replace("/v1", "/v1/", 1))


def by_the_list(method: str, path: str) -> tuple[object, dict[str, str]] | None:
    """What the framework's list finds: it tries one route after another."""
    scope = {"type": "http", "method": method, "path": path, "app": unserved_app()}
    for route in (context.original_route for context in ADDRESSES.routes):
        match, found = route.matches(scope)
        if match is Match.FULL:
            return route, found["path_params"]
    return None


def test_the_table_finds_what_the_list_finds() -> None:
    found_by_both = left_to_the_framework = 0
    for path in dict.fromkeys(paths()):
        for method in METHODS:
            found, listed = ADDRESSES.find(method, path), by_the_list(method, path)
            if found is not None and found[0].exists(deployment_of(unserved_app()).settings):
                assert found == listed, (method, path)
                found_by_both += 1
            elif listed is not None:
                assert path.endswith("\n") or not isinstance(listed[0], Served), (method, path)
                left_to_the_framework += 1
    assert found_by_both > 400
    assert left_to_the_framework > 20


def test_every_route_of_ours_is_found() -> None:
    served = [context for context in ADDRESSES.routes if isinstance(context.original_route, Served)]
    assert len(served) > 110
    for context in served:
        path = (context.path or "").replace("{", "").replace("}", "")
        for method in context.methods or ():
            assert ADDRESSES.find(method, path) is not None, (method, path)


def test_a_segment_that_is_partly_a_parameter_fails_at_start() -> None:
    for path in ("/things/{name}.pdf", "/things/v{name}", "/things/{name:path}"):
        app, routes = FastAPI(), router("/v1", "Things")

        @routes.get(path, dependencies=[public()])
        async def show(name: str) -> None: ...

        app.include_router(routes)
        with pytest.raises(ValueError, match="a segment is literal, or a parameter"):
            Addresses.of(app)


REQUESTS = (
    ("GET", "/v1/process"),
    ("HEAD", "/v1/process"),
    ("POST", "/v1/process"),
    ("GET", "/v1/process/"),
    ("GET", "/v1/process%0A"),
    ("GET", "/v1/pro%63ess"),
    ("GET", "/v1%2Fprocess"),
    ("GET", "/V1/process"),
    ("OPTIONS", "/v1/process"),
    ("BREW", "/v1/process"),
    ("GET", "/v1/process?no_such=1"),
    ("GET", "/v1/nothing"),
    ("GET", "/v1/sandbox/clock"),
    ("POST", "/v1/sandbox/clock"),
    ("GET", "/v1/me"),
    ("GET", "/v1/applications/x"),
    ("GET", "/v1/applications/x%2Fy"),
    ("GET", "/v1/applications/"),
    ("PATCH", "/v1/applications/x/details/history"),
    ("DELETE", "/v1/sessions/refresh"),
    ("POST", "/v1/sessions/refresh"),
    ("POST", "/v1/sessions"),
    ("GET", "/v1/certificates/RC-2026-000001"),
    ("GET", "/v1/certificates/%C3%BC"),
    ("POST", "/v1/oauth/token"),
    ("GET", "/v1/recognised-centres?limit=0&limit=x&more=1"),
    ("GET", "/livez"),
    ("GET", "/problems/not_found"),
    ("GET", "/mail"),
)


async def test_both_ways_give_the_same_answer(world: World, app: FastAPI) -> None:
    """Under a root path that no request has, the framework finds the same routes, and the table is not asked."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, root_path="/elsewhere")
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as framework:
        statuses = set()
        for method, path in REQUESTS:
            answers = []
            for client in (world.client, framework):
                answer = await client.request(method, path, headers={"X-Request-Id": "one"})
                headers = [line for line in sorted(answer.headers.multi_items()) if line[0] != "ratelimit"]
                answers.append((answer.status_code, headers, answer.content))
            assert answers[0] == answers[1], (method, path)
            statuses.add(answers[0][0])
    assert statuses >= {200, 401, 404, 405, 415, 422}, statuses


def test_the_framework_is_not_asked_for_what_is_nowhere() -> None:
    """It would try every route, for longer than most answers take."""
    exchange, scope = Exchange(deployment_of(unserved_app()), "one"), {"type": "http", "headers": [], "root_path": ""}
    for method, path in (("GET", "/nothing"), ("PUT", "/livez"), ("GET", "/v1/me/x"), ("PUT", "/v1/applications/x")):
        assert direct(exchange, {**scope, "method": method, "path": path}) is not None, path
    for path in ("/", "/docs", "/docs/no-such-page", "/static/nothing", "/mail/x", "/v1/nothing\n"):
        assert direct(exchange, {**scope, "method": "GET", "path": path}) is None, path


async def test_a_fault_is_answered_and_logged_once_on_both_ways(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr("app.services.recognised_centres.verify", fail)
    monkeypatch.setattr("app.routers.pages.explained", fail)
    for path in ("/v1/certificates/RC-2026-000001", "/problems/not_found"):
        caplog.clear()
        answer = await client.get(path, headers={"X-Request-Id": "one"})
        assert (answer.status_code, answer.json()["code"]) == (500, "internal_error"), path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers.get_list("x-request-id") == ["one"]
        assert [record.levelname for record in caplog.records] == ["ERROR"], path
