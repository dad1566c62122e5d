"""Deprecated operations say so in every response and in the contract (RFC 9745, RFC 8594)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.clock import system_clock
from app.database import Database
from app.domain.permissions import Permission
from app.http import problems
from app.http.access import Deprecation, operation_access, public, require
from app.http.dependencies import WorkDep
from app.http.middleware import RequestContext
from app.http.route import router
from app.main import attach
from app.schemas.sites import SiteCreate
from app.services.rate_limits import Limit
from app.settings import Settings
from tests.contract.operations import operations

OLD = Deprecation(
    since=datetime(2027, 1, 1, tzinfo=UTC), sunset=datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC), explained_at="/docs"
)
SAID = {
    "deprecation": "@1798761600",
    "sunset": "Fri, 31 Dec 2027 23:59:59 GMT",
    "link": '</docs>; rel="deprecation", </docs>; rel="sunset"',
}


@pytest.fixture
async def client(settings: Settings, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A small app with two deprecated operations and one current, built from the product's parts."""
    routes = router("/v1", "Things")

    @routes.get("/old", operation_id="getOld", dependencies=[public(deprecation=OLD)])
    async def old(work: WorkDep) -> dict[str, str]:
        return {"id": "old"}

    @routes.post(
        "/old", operation_id="createOld", dependencies=[require(Permission.READ_INBOX, deprecation=OLD, replays=False)]
    )
    async def create_old(work: WorkDep, body: SiteCreate) -> None: ...

    @routes.get("/few", operation_id="getFew", dependencies=[public(Limit("few", 1, 3600), deprecation=OLD)])
    async def few(work: WorkDep) -> None:
        raise RuntimeError("a fault of ours")

    @routes.get("/new", operation_id="getNew", dependencies=[public()])
    async def new(work: WorkDep) -> None: ...

    app = FastAPI(openapi_url=None)
    app.include_router(routes)
    attach(app, settings.model_copy(update={"rate_limit_scale": 1}), database, system_clock)
    problems.install(app)
    app.add_middleware(RequestContext, body_limit=1000, upload_limit=1000, secure=False)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as opened:
        yield opened


def announced(answer: httpx.Response) -> dict[str, str]:
    return {name: answer.headers[name] for name in SAID if name in answer.headers}


async def test_every_response_of_a_deprecated_operation_says_so(client: httpx.AsyncClient) -> None:
    """Success, 304, 401, 422, 429 and 500; no response of a current operation."""
    first = await client.get("/v1/old")
    answers = [
        (200, first),
        (304, await client.get("/v1/old", headers={"If-None-Match": first.headers["etag"]})),
        (422, await client.get("/v1/old?no_such=1")),
        (401, await client.post("/v1/old", content=b"{")),
        (500, await client.get("/v1/few")),
        (429, await client.get("/v1/few")),
    ]
    for status, answer in answers:
        assert (answer.status_code, announced(answer)) == (status, SAID), answer.text
        assert "ratelimit" in answer.headers
    stays = await client.get("/v1/new")
    assert (stays.status_code, announced(stays)) == (200, {})


def test_the_document_marks_deprecated_operations() -> None:
    """So that a generated client warns its user. The dates are in `operation_access`."""
    routes = router("/v1", "Things")

    @routes.get("/old", operation_id="getOld", dependencies=[public(deprecation=OLD)])
    async def old() -> None: ...

    @routes.get("/new", operation_id="getNew", dependencies=[public()])
    async def new() -> None: ...

    app = FastAPI()
    app.include_router(routes)
    paths = get_openapi(title="x", version="1", routes=app.routes)["paths"]
    assert paths["/v1/old"]["get"]["deprecated"] is True
    assert "deprecated" not in paths["/v1/new"]["get"]
    assert operation_access(routes.routes[0]).deprecation == OLD


def test_currently_deprecated_operations() -> None:
    """The contract's changelog names the replacement of each."""
    marked = [op.id for op in operations() if op.access.deprecation]
    assert marked == [op.id for op in operations() if op.described.get("deprecated")]
    assert marked == ["saveApplicationDetailsGroup"]
