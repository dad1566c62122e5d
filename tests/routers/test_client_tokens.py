"""Client credentials (RFC 6749 section 4.4): refusals, in both error formats, and what a token permits."""

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.domain.actors import StaffRole
from app.http.exchange import deployment_of
from app.main import create_app
from app.queries.callers import Asked, Bearer, count_and_find
from app.security.tokens import read_access_token
from app.settings import Settings
from tests.clock import MovableClock
from tests.world import World

_TOKEN = "/v1/oauth/token"
_GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
async def made(world: World) -> dict[str, Any]:
    """A client with two scopes, and its secret."""
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    body = {"name": "Ledger", "scopes": ["invoices:read", "events:read"]}
    return await world.post("/v1/integration-clients", body, administrator)


def _basic(text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


def _refused(answer: httpx.Response, status: int, error: str) -> None:
    """A problem with RFC 6749's members beside it, and not cacheable."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    answered = answer.json()
    assert (answered["error"], answered["code"]) == (error, error)
    assert answered["error_description"]
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        _basic("nobody"),
        _basic("nobody:secret"),
        _basic("0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21:secret"),
        {"Authorization": "Basic ***"},
        {"Authorization": "Basic /w=="},
        {"Authorization": "Bearer abc"},
    ],
)
async def test_an_unknown_client_is_refused(client: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
    _refused(await client.post(_TOKEN, data=_GRANT, headers=headers), 401, "invalid_client")


async def test_a_wrong_secret_is_refused(client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    wrong = made["client_secret"] + "x"
    _refused(await client.post(_TOKEN, data=_GRANT, auth=(made["client_id"], wrong)), 401, "invalid_client")
    body = _GRANT | {"client_id": made["client_id"], "client_secret": wrong}
    _refused(await client.post(_TOKEN, data=body), 401, "invalid_client")
    _refused(await client.post(_TOKEN, data=_GRANT | {"client_id": made["client_id"]}), 401, "invalid_client")


async def test_a_client_authenticates_by_one_method_only(client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    auth = (made["client_id"], made["client_secret"])
    for extra in ({"client_secret": made["client_secret"]}, {"client_id": "another"}):
        _refused(await client.post(_TOKEN, data=_GRANT | extra, auth=auth), 400, "invalid_request")
    # Repeating its id in the form is not a second authentication (RFC 6749 section 3.2.1).
    beside = _GRANT | {"client_id": made["client_id"]}
    assert (await client.post(_TOKEN, data=beside, auth=auth)).status_code == 200


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", "invalid_request"),
        ("grant_type=", "invalid_request"),
        ("grant_type=password", "unsupported_grant_type"),
        ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        ("grant_type=client_credentials&scope=payments:write", "invalid_scope"),
        ("grant_type=client_credentials&scope=invoices:read+everything", "invalid_scope"),
        ("grant_type=client_credentials&scope=invoices:read++events:read", "invalid_scope"),
    ],
)
async def test_an_invalid_request_has_the_error_code_of_section_5_2(
    client: httpx.AsyncClient, made: dict[str, Any], body: str, error: str
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post(_TOKEN, content=body, headers=headers, auth=(made["client_id"], made["client_secret"]))
    _refused(answer, 400, error)


async def test_only_a_form_is_accepted(client: httpx.AsyncClient, made: dict[str, Any]) -> None:
    auth = (made["client_id"], made["client_secret"])
    assert (await client.post(_TOKEN, json=_GRANT, auth=auth)).status_code == 415
    assert (await client.post(_TOKEN, files={"grant_type": "client_credentials"}, auth=auth)).status_code == 415
    answer = await client.post(_TOKEN, auth=auth)
    assert answer.status_code == 415
    assert answer.headers["accept-post"] == "application/x-www-form-urlencoded"


async def test_a_token_has_only_the_requested_scopes(
    client: httpx.AsyncClient, world: World, made: dict[str, Any]
) -> None:
    auth = (made["client_id"], made["client_secret"])
    answer = await client.post(_TOKEN, data=_GRANT, auth=auth)
    assert answer.status_code == 200
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    token = answer.json()
    assert token | {"token_type": "Bearer", "expires_in": 900, "scope": "invoices:read events:read"} == token
    # RFC 6749 section 3.2: only this endpoint ignores unknown parameters.
    narrow = _GRANT | {"scope": "events:read", "resource": "https://example.com"}
    in_body = narrow | {"client_id": made["client_id"], "client_secret": made["client_secret"]}
    narrowed = (await client.post(_TOKEN, data=in_body)).json()
    assert narrowed["scope"] == "events:read"
    async with world.database.lease() as session:
        claims = read_access_token(world.key, narrowed["access_token"], world.clock())
        bearer = Bearer(None, claims.subject, claims.generation, claims.scopes)
        _, actor = await count_and_find(session, world.clock(), Asked([], [], []), bearer)
    assert actor is not None
    assert {scope.value for scope in actor.scopes} == {"events:read"}


async def test_a_token_expires(client: httpx.AsyncClient, clock: MovableClock, made: dict[str, Any]) -> None:
    token = (await client.post(_TOKEN, data=_GRANT, auth=(made["client_id"], made["client_secret"]))).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert (await client.get("/v1/staff", headers=headers)).status_code == 403
    clock.move(timedelta(minutes=15))
    assert (await client.get("/v1/staff", headers=headers)).status_code == 401


async def test_guessing_is_throttled_by_network(
    settings: Settings, app: FastAPI, clock: MovableClock, made: dict[str, Any]
) -> None:
    strict = create_app(
        settings.model_copy(update={"rate_limit_scale": 1}), database=deployment_of(app).database, clock=clock
    )

    def from_address(address: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=strict, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url="http://testserver")

    wrong, right = (made["client_id"], "guess"), (made["client_id"], made["client_secret"])
    async with from_address("198.51.100.7") as guesser:
        statuses = [(await guesser.post(_TOKEN, data=_GRANT, auth=wrong)).status_code for _ in range(12)]
        assert statuses == [401] * 10 + [429] * 2
        blocked = await guesser.post(_TOKEN, data=_GRANT, auth=right)
        assert blocked.status_code == 429
        assert int(blocked.headers["retry-after"]) > 0
    async with from_address("198.51.100.8") as owner:
        assert (await owner.post(_TOKEN, data=_GRANT, auth=right)).status_code == 200
        # A client that requests a token for every call is told to reuse it.
        many = [(await owner.post(_TOKEN, data=_GRANT, auth=right)).status_code for _ in range(61)]
    assert many.count(429) == 2
