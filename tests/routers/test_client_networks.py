"""Where an integration client may call from: checked when it asks for a token, and at each call."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.domain.actors import StaffRole
from app.services.integration_clients.secrets import in_networks
from tests.routers.test_security_events import shown
from tests.world import Login, World

_ADDRESS = "/v1/integration-clients"
_OFFICE = ["203.0.113.0/24", "2001:db8:7::/48"]


@pytest.fixture
async def administrator(world: World) -> Login:
    return await world.staff(StaffRole.ADMINISTRATOR)


async def _made(world: World, administrator: Login, networks: list[str]) -> dict[str, Any]:
    body = {"name": "Ledger", "scopes": ["invoices:read"], "networks": networks}
    return await world.post(_ADDRESS, body, administrator)


def _from(app: FastAPI, address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app, client=(address, 1)), base_url="http://testserver")


async def _token(app: FastAPI, address: str, made: dict[str, Any]) -> httpx.Response:
    async with _from(app, address) as client:
        return await client.post(
            "/v1/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(made["client_id"], made["client_secret"]),
        )


async def _call(app: FastAPI, address: str, token: str, path: str = "/v1/invoices") -> tuple[int, str]:
    async with _from(app, address) as client:
        answer = await client.get(path, headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.parametrize(
    ("networks", "pointer", "code"),
    [
        (["203.0.113.7/24"], "/networks/0", "invalid_network"),
        (["203.0.113.0/33"], "/networks/0", "invalid_network"),
        (["office"], "/networks/0", "invalid_network"),
        (["fe80::1%eth0"], "/networks/0", "invalid_network"),
        (["::ffff:203.0.113.0/120"], "/networks/0", "invalid_network"),
        (["203.0.113.0/24", "203.0.113.0/24"], "/networks", "duplicate_items"),
        ([f"203.0.113.{number}" for number in range(21)], "/networks", "too_many"),
    ],
)
async def test_a_network_is_spelt_as_one(
    world: World, administrator: Login, networks: list[str], pointer: str, code: str
) -> None:
    body = {"name": "Ledger", "scopes": ["invoices:read"], "networks": networks}
    answer = await world.client.post(_ADDRESS, json=body, headers=administrator.headers)
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]


async def test_a_token_is_refused_elsewhere_and_the_right_secret_there_is_recorded(
    world: World, app: FastAPI, administrator: Login
) -> None:
    made = await _made(world, administrator, _OFFICE)
    for address in ("203.0.114.1", "2001:db8:8::1", "unix:", "127.0.0.1"):
        answer = await _token(app, address, made)
        assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client"), address
    # A wrong secret tells nobody where the client may call from.
    wrong = await _token(app, "203.0.114.1", made | {"client_secret": "wrong"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    reasons = [item["detail"]["reason"] for item in await shown(world, administrator, kind="client_token")]
    assert reasons == ["wrong secret", *["outside its networks"] * 4]


@pytest.mark.parametrize("address", ["203.0.113.9", "::ffff:203.0.113.9", "2001:db8:7:1::5"])
async def test_a_token_works_inside_and_nowhere_else(
    world: World, app: FastAPI, administrator: Login, address: str
) -> None:
    token = (await _token(app, address, await _made(world, administrator, _OFFICE))).json()["access_token"]
    assert await _call(app, address, token) == (200, "")
    for elsewhere in ("203.0.114.1", "2001:db8:8::1", "unix:"):
        assert await _call(app, elsewhere, token) == (403, "network_not_allowed"), elsewhere
        # Nor is it said what is there.
        path = "/v1/invoices/0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
        assert await _call(app, elsewhere, token, path) == (403, "network_not_allowed"), elsewhere


async def test_another_network_counts_at_once_and_none_is_any(world: World, app: FastAPI, administrator: Login) -> None:
    made = await _made(world, administrator, [])
    address = f"{_ADDRESS}/{made['id']}"
    token = (await _token(app, "198.51.100.7", made)).json()["access_token"]
    assert await _call(app, "203.0.113.9", token) == (200, "")
    changed = await world.post(address, {"networks": ["198.51.100.7"]}, administrator, match=address, method="PATCH")
    assert changed["networks"] == ["198.51.100.7/32"]
    assert await _call(app, "203.0.113.9", token) == (403, "network_not_allowed")
    assert await _call(app, "198.51.100.7", token) == (200, "")
    await world.post(address, {"networks": []}, administrator, match=address, method="PATCH")
    assert await _call(app, "203.0.113.9", token) == (200, "")


async def test_a_use_from_elsewhere_is_no_last_use(world: World, app: FastAPI, administrator: Login) -> None:
    made = await _made(world, administrator, _OFFICE)
    token = (await _token(app, "203.0.113.9", made)).json()["access_token"]
    await _call(app, "203.0.114.1", token)
    path = f"{_ADDRESS}/{made['id']}/secrets"
    assert (await world.get(path, administrator))["items"][0]["last_used_at"] is None
    await _call(app, "203.0.113.9", token)
    assert (await world.get(path, administrator))["items"][0]["last_used_at"] is not None


def test_no_network_is_any_network() -> None:
    assert in_networks(None, None)
    assert in_networks([], "203.0.113.9")
    assert not in_networks(["0.0.0.0/0"], None)
    assert not in_networks(["0.0.0.0/0"], "2001:db8::1")
