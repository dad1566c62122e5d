"""Only pages of configured origins may read a response, whatever it is."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from app.clock import system_clock
from app.database import Database
from app.http.admission import Admission
from app.http.exchange import deployment_of
from app.main import attach, create_app
from app.settings import InvalidSettings, Settings, settings_of
from tests.contract.operations import operations

OURS = "https://apply.example.com"
ALSO_OURS = "http://localhost:5173"
ASKED = {"Origin": OURS, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "if-match"}


@pytest.fixture
def configured(settings: Settings) -> Settings:
    return settings.model_copy(update={"cors_origins": (OURS, ALSO_OURS)})


@pytest.fixture(scope="session")
def app_with_origins(routes_of_app: FastAPI) -> FastAPI:
    """An app with configured origins, for all tests of this module."""
    settings = deployment_of(routes_of_app).settings
    return create_app(
        settings.model_copy(update={"cors_origins": (OURS, ALSO_OURS)}),
        database=Database("postgresql://nobody@127.0.0.1:1/nothing"),
    )


@pytest.fixture
async def browser(
    app_with_origins: FastAPI, configured: Settings, database: Database
) -> AsyncIterator[httpx.AsyncClient]:
    attach(app_with_origins, configured, database, system_clock)
    transport = httpx.ASGITransport(app=app_with_origins, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as opened:
        yield opened


def allowed(answer: httpx.Response) -> str | None:
    """The origin that may read the response, which must list Origin in Vary."""
    assert "Origin" in answer.headers["vary"].split(", ")
    assert "access-control-allow-credentials" not in answer.headers
    origin: str | None = answer.headers.get("access-control-allow-origin")
    return origin


@pytest.mark.parametrize(
    "given",
    [
        "*",
        "null",
        "apply.example.com",
        "https://apply.example.com/",
        "https://apply.example.com/form",
        "https://apply.example.com?a=1",
        "https://*.example.com",
        "https://someone@apply.example.com",
        "https://Apply.example.com",
        "https://apply.example.com:443",
        "http://apply.example.com:80",
        "https://apply.example.com:0",
        "https://apply.example.com:65536",
        "https://apply.example.com:",
        "https://-apply.example.com",
        "https://bücher.example.com",
        "https://",
        "ftp://apply.example.com",
        "https://apply.example.com\n",
        "https://a.example.com https://b.example.com",
    ],
)
def test_an_invalid_origin_is_refused_at_start(given: str) -> None:
    with pytest.raises(ValidationError, match="write each origin as browsers send it"):
        Settings(cors_origins=(OURS, given))


def test_origins_are_separated_by_commas() -> None:
    assert settings_of({}).cors_origins == ()
    with pytest.raises(InvalidSettings):
        settings_of({"CORS_ORIGINS": f"{OURS}, http://[::1]:5173,http://127.0.0.1:80a"})
    assert settings_of({"CORS_ORIGINS": f"{OURS}, http://[::1]:5173,{ALSO_OURS},"}).cors_origins == (
        OURS,
        "http://[::1]:5173",
        ALSO_OURS,
    )


async def test_without_configured_origins_there_are_no_cors_headers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/process", headers={"Origin": OURS})
    assert answer.status_code == 200
    preflight = await client.options("/v1/process", headers=ASKED)
    assert preflight.status_code == 405
    for response in (answer, preflight):
        assert not [name for name in response.headers if name.startswith("access-control")]
        assert "origin" not in response.headers.get("vary", "").lower()


@pytest.mark.parametrize(
    "origin", ["https://evil.example.com", f"{OURS}.evil.example.com", f"{OURS}:8443", "null", OURS.upper(), ""]
)
async def test_an_unknown_origin_gets_no_cors_headers(browser: httpx.AsyncClient, origin: str) -> None:
    answer = await browser.get("/v1/process", headers={"Origin": origin})
    preflight = await browser.options("/v1/process", headers=ASKED | {"Origin": origin})
    assert (answer.status_code, preflight.status_code) == (200, 405)
    for response in (answer, preflight):
        assert allowed(response) is None
        assert "access-control-expose-headers" not in response.headers


async def test_a_preflight_is_answered_for_every_operation(browser: httpx.AsyncClient) -> None:
    """With every request header and method, without a body, and cacheable."""
    wanted = {"authorization", "content-type", "idempotency-key", "if-match", "if-none-match", "range", "x-request-id"}
    paths = 0
    for op in operations():
        path = op.path.replace("{", "").replace("}", "")
        answer = await browser.options(path, headers=ASKED | {"Access-Control-Request-Method": op.method})
        assert (answer.status_code, answer.content, allowed(answer)) == (204, b"", OURS), op.id
        assert op.method in answer.headers["access-control-allow-methods"].split(", "), op.id
        names = {name.lower() for name in answer.headers["access-control-allow-headers"].split(", ")}
        assert names >= wanted | {"traceparent"}, op.id
        documented = {item["name"].lower() for item in op.described.get("parameters", ()) if item["in"] == "header"}
        assert names >= documented, op.id
        assert int(answer.headers["access-control-max-age"]) > 0
        assert answer.headers["x-request-id"]
        paths += 1
    assert paths > 100


async def test_every_documented_header_is_exposed(browser: httpx.AsyncClient) -> None:
    """Of all operations and problems, except those that browsers always expose."""
    answer = await browser.get("/v1/process", headers={"Origin": ALSO_OURS})
    assert allowed(answer) == ALSO_OURS
    shown = {name.lower() for name in answer.headers["access-control-expose-headers"].split(", ")}
    always = {"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified"}
    for_the_browser = {"content-security-policy", "pragma", "vary"}
    documented = {
        name.lower()
        for op in operations()
        for response in op.described["responses"].values()
        for name in response.get("headers", ())
    }
    assert documented
    assert documented <= shown | always | for_the_browser
    assert {"etag", "retry-after", "ratelimit", "content-disposition", "www-authenticate", "deprecation"} <= shown


async def test_an_error_can_be_read_too(
    browser: httpx.AsyncClient, app_with_origins: FastAPI, configured: Settings, database: Database
) -> None:
    """401, 404, 405, 413, 415, 422, 500 and 503: the page shows each problem to its user."""
    given = {"Origin": OURS}
    json = given | {"Content-Type": "application/json"}
    large = b" " * (configured.body_limit_bytes + 1)
    answers = {
        401: await browser.get("/v1/me", headers=given),
        404: await browser.get("/v1/nothing", headers=given),
        405: await browser.options("/v1/process", headers=given),
        413: await browser.post("/v1/sessions", headers=json, content=large),
        415: await browser.post("/v1/sessions", headers=given, content=b"{}"),
        422: await browser.post("/v1/sessions", headers=json, content=b"{}"),
    }
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing")
    attach(app_with_origins, configured, nowhere, system_clock)
    answers[503] = await browser.post(
        "/v1/sessions", headers=json, content=b'{"email": "a@example.com", "password": "b"}'
    )

    def broken() -> datetime:
        raise RuntimeError("a fault of ours")

    attach(app_with_origins, configured, database, broken)
    answers[500] = await browser.post("/v1/sessions", headers=json, content=b"{}")
    for status, answer in answers.items():
        assert (answer.status_code, allowed(answer)) == (status, OURS), answer.text
        assert answer.headers["content-type"] == "application/problem+json", status
        assert "X-Request-Id" in answer.headers["access-control-expose-headers"], status


async def test_the_overload_refusal_can_be_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server refuses before the app, with the same headers."""
    monkeypatch.setattr("app.http.admission.REQUESTS_AT_ONCE", 0)
    transport = httpx.ASGITransport(app=Admission(FastAPI(), (OURS,), ""))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as busy:
        answer = await busy.get("/v1/process", headers={"Origin": OURS})
    assert (answer.status_code, allowed(answer)) == (503, OURS)
