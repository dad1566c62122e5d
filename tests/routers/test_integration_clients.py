"""Integration clients: administrators only, a secret shown once, and tokens revoked with it."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.domain.actors import Scope, StaffRole
from app.models import Event, IdempotentAnswer, IntegrationClient
from tests.world import Login, World

_NEW = {"name": "Finance system", "scopes": ["payments:write", "invoices:read"]}
_ADDRESS = "/v1/integration-clients"


async def _made(world: World) -> tuple[Login, dict[str, Any], str]:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    made = await world.post(_ADDRESS, _NEW, administrator)
    return administrator, made, f"{_ADDRESS}/{made['id']}"


async def _token(client: httpx.AsyncClient, made: dict[str, Any]) -> httpx.Response:
    body = {"grant_type": "client_credentials"}
    return await client.post("/v1/oauth/token", data=body, auth=(made["client_id"], made["client_secret"]))


async def test_integration_clients_need_a_session(client: httpx.AsyncClient) -> None:
    for method in ("GET", "POST"):
        assert (await client.request(method, _ADDRESS)).status_code == 401


async def test_centres_systems_and_other_staff_are_refused(client: httpx.AsyncClient, world: World) -> None:
    _, _, address = await _made(world)
    centre = await world.centre()
    finance = await world.staff(StaffRole.FINANCE)
    system = await world.integration(*Scope)
    for login, expected in ((finance, 403), (centre.super_user, 404), (system, 404)):
        for method, path in (
            ("GET", address),
            ("PATCH", address),
            ("DELETE", address),
            ("POST", f"{address}/secret"),
        ):
            assert (await client.request(method, path, headers=login.headers)).status_code == expected
        assert (await client.get(_ADDRESS, headers=login.headers)).status_code == 403
        assert (await client.post(_ADDRESS, json=_NEW, headers=login.headers)).status_code == 403


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"scopes": ["events:read", "events:read"]}, "/scopes"),
        ({"name": " "}, "/name"),
        ({"secret": "mine"}, "/secret"),
    ],
)
async def test_invalid_fields_are_named(
    client: httpx.AsyncClient, world: World, change: dict[str, Any], pointer: str
) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    answer = await client.post(_ADDRESS, json=_NEW | change, headers=administrator.headers)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_a_change_needs_the_current_version(client: httpx.AsyncClient, world: World) -> None:
    administrator, _, address = await _made(world)
    for method, path, body in (
        ("PATCH", address, {"name": "Other"}),
        ("POST", f"{address}/secret", None),
        ("DELETE", address, None),
    ):
        bare = await client.request(method, path, json=body, headers=administrator.headers)
        assert bare.status_code == 428
        stale = {**administrator.headers, "If-Match": '"99"'}
        assert (await client.request(method, path, json=body, headers=stale)).status_code == 412


async def test_the_secret_is_shown_once_and_stored_nowhere(client: httpx.AsyncClient, world: World) -> None:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    headers = {**administrator.headers, "Idempotency-Key": "the-same"}
    answers = [await client.post(_ADDRESS, json=_NEW, headers=headers) for _ in range(2)]
    first, second = (answer.json() for answer in answers)
    # A response with a secret is never stored for replay, so a repeat creates another client.
    assert first["id"] != second["id"]
    assert first["client_id"] == first["id"]
    assert answers[0].headers["cache-control"] == "no-store"
    assert answers[0].headers["location"] == f"{_ADDRESS}/{first['id']}"
    assert first["scopes"] == ["invoices:read", "payments:write"]
    secret = first["client_secret"]
    page = await client.get(_ADDRESS, headers=administrator.headers)
    single = await client.get(f"{_ADDRESS}/{first['id']}", headers=administrator.headers)
    assert "client_secret" not in page.text + single.text
    async with world.database.transaction() as session:
        assert (await session.scalars(select(IdempotentAnswer))).all() == []
        row = await session.get_one(IntegrationClient, first["id"])
        assert secret.encode() not in row.secret_hash
        events = (await session.scalars(select(Event))).all()
    assert {event.type for event in events} == {"integration_client.created"}
    assert secret not in str([event.audit for event in events])


async def test_a_new_secret_revokes_the_old_one_and_every_token(client: httpx.AsyncClient, world: World) -> None:
    administrator, made, address = await _made(world)
    token = (await _token(client, made)).json()["access_token"]
    system = {"Authorization": f"Bearer {token}"}
    # The token is valid (403: no permission) until the secret is rotated, and invalid (401) afterwards.
    assert (await client.get("/v1/staff", headers=system)).status_code == 403
    rotated = await world.post(f"{address}/secret", None, administrator, match=address)
    assert rotated["client_secret"] != made["client_secret"]
    assert (await client.get("/v1/staff", headers=system)).status_code == 401
    assert (await _token(client, made)).status_code == 401
    assert (await _token(client, rotated)).status_code == 200


async def test_a_removed_scope_is_lost_by_issued_tokens(client: httpx.AsyncClient, world: World) -> None:
    administrator, made, address = await _made(world)
    body = {"grant_type": "client_credentials"}
    token = (await client.post("/v1/oauth/token", data=body, auth=(made["client_id"], made["client_secret"]))).json()
    assert token["scope"] == "invoices:read payments:write"
    changed = await world.post(address, {"scopes": ["events:read"]}, administrator, match=address, method="PATCH")
    assert (changed["scopes"], changed["name"]) == (["events:read"], "Finance system")
    # Neither the old scopes nor those that a new token would get.
    system = {"Authorization": f"Bearer {token['access_token']}"}
    for path in ("/v1/invoices", "/v1/events", "/v1/staff"):
        assert (await client.get(path, headers=system)).status_code in (403, 404)


async def test_deactivation_is_immediate_and_permanent(client: httpx.AsyncClient, world: World) -> None:
    administrator, made, address = await _made(world)
    token = (await _token(client, made)).json()["access_token"]
    gone = await client.delete(address, headers=await world.etag(address, administrator))
    assert gone.status_code == 204
    assert (await client.get("/v1/staff", headers={"Authorization": f"Bearer {token}"})).status_code == 401
    assert (await _token(client, made)).status_code == 401
    tagged = await world.etag(address, administrator)
    for method, path in (("POST", f"{address}/secret"), ("PATCH", address)):
        body = {"name": "Other"} if method == "PATCH" else None
        answer = await client.request(method, path, json=body, headers=tagged)
        assert (answer.status_code, answer.json()["code"]) == (409, "integration_client_deactivated")
    assert [item["id"] for item in (await world.get(f"{_ADDRESS}?active=false", administrator))["items"]] == [
        made["id"]
    ]
    assert (await world.get(f"{_ADDRESS}?active=true", administrator))["items"] == []
