"""Security events: who may read them, what is recorded, and that nothing of it can be changed."""

import asyncio
import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.database import Work
from app.database_errors import RefusedByDatabase
from app.domain.actors import SYSTEM, Scope, StaffRole
from app.domain.refusals.requests import NotFound
from app.domain.security_events import SecurityEventKind as Kind
from app.domain.security_events import SecurityOutcome
from app.logs import SECURITY
from app.models import SecurityEvent
from app.services import security_events
from tests.world import Login, World

ADDRESS = "/v1/security-events"
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
async def admin(world: World) -> Login:
    return await world.staff(StaffRole.ADMINISTRATOR)


async def shown(world: World, admin: Login, **filters: Any) -> list[dict[str, Any]]:
    answer = await world.client.get(ADDRESS, headers=admin.headers, params=filters)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def refused(world: World) -> None:
    """Record a change and a refusal, and be refused."""
    async with world.database.transaction() as session:
        work = Work(session, SYSTEM, world.clock(), world.settings)
        await security_events.record(work, Kind.ROLE_GRANTED)
        await security_events.record(work, Kind.LOG_IN, outcome=SecurityOutcome.FAILURE, even_if_refused=True)
        raise NotFound


async def executed(world: World, statement: str) -> None:
    async with world.database.transaction() as session:
        await session.execute(text(statement))


async def test_only_administrators_read_them(world: World, admin: Login) -> None:
    finance, system = await world.staff(StaffRole.FINANCE), await world.integration(Scope.EVENTS_READ)
    assert (await world.client.get(ADDRESS)).status_code == 401
    for login in (finance, system, (await world.centre()).super_user):
        assert (await world.client.get(ADDRESS, headers=login.headers)).status_code == 403
    for wrong in (
        {"kind": "party"},
        {"outcome": "maybe"},
        {"person_id": "x"},
        {"address": "a\nb"},
        {"happened_from": "yesterday"},
        {"cursor": "x"},
        {"who": "x"},
    ):
        assert (await world.client.get(ADDRESS, headers=admin.headers, params=wrong)).status_code == 422


async def test_a_client_token_and_its_refusal_are_recorded_with_where_from(world: World, admin: Login) -> None:
    body = {"name": "Ledger", "scopes": ["events:read"]}
    created = await world.post("/v1/integration-clients", body, admin)
    form = {
        "grant_type": "client_credentials",
        "client_id": created["client_id"],
        "client_secret": created["client_secret"],
    }
    agent = {"user-agent": "Ledger/3", "x-request-id": "ask-1"}
    for secret in (form["client_secret"], "wrong"):
        await world.client.post("/v1/oauth/token", data=form | {"client_secret": secret}, headers=agent)
    await world.client.post("/v1/oauth/token", data=form | {"client_id": NOBODY}, headers=agent)
    unknown, wrong, right = await shown(world, admin, kind="client_token")
    assert (right["outcome"], right["detail"]) == ("success", {"scopes": ["events:read"], "secret": 1})
    assert (wrong["outcome"], wrong["detail"]["reason"], wrong["client_id"]) == (
        "failure",
        "wrong secret",
        created["id"],
    )
    assert (unknown["detail"]["reason"], unknown["client_id"]) == ("unknown client", None)
    for item in (unknown, wrong, right):
        assert (item["address"], item["user_agent"], item["request_id"]) == ("127.0.0.1", "Ledger/3", "ask-1")
        assert item["actor"]["kind"] == "public"
        assert created["client_secret"] not in json.dumps(item)
    (made,) = await shown(world, admin, kind="client_created")
    assert made["actor"] == {"kind": "person", "id": str(admin.id), "name": admin.name}
    assert made["client_id"] == created["id"]


async def test_clients_secrets_and_staff_are_recorded(world: World, admin: Login) -> None:
    created = await world.post("/v1/integration-clients", {"name": "Ledger", "scopes": ["events:read"]}, admin)
    one = f"/v1/integration-clients/{created['id']}"
    await world.post(one, {"scopes": ["events:read", "invoices:read"]}, admin, match=one, method="PATCH")
    rotated = await world.post(f"{one}/secret", None, admin, match=one)
    await world.client.delete(one, headers=admin.headers | {"if-match": "*"})
    kinds = [item["kind"] for item in await shown(world, admin) if item["client_id"] == created["id"]]
    assert kinds == ["client_deactivated", "client_secret_rotated", "client_changed", "client_created"]
    assert rotated["client_secret"] not in json.dumps(await shown(world, admin))


async def test_staff_who_come_change_and_go_are_recorded(world: World, admin: Login) -> None:
    body = {"first_name": "Kim", "last_name": "Adeyemi", "email": "kim@staff.example.com", "roles": ["centre_lead"]}
    created = await world.post("/v1/staff", body, admin)
    one = f"/v1/staff/{created['id']}"
    await world.post(one, {"roles": ["customer_experience"]}, admin, match=one, method="PATCH")
    await world.post(one, {"job_title": "Adviser"}, admin, match=one, method="PATCH")
    await world.client.delete(one, headers=admin.headers | {"if-match": "*"})
    items = await shown(world, admin, person_id=created["person_id"])
    assert [(item["kind"], item["detail"].get("roles")) for item in items] == [
        ("staff_deactivated", ["customer_experience"]),
        ("role_taken", ["centre_lead"]),
        ("role_granted", ["customer_experience"]),
        ("role_granted", ["centre_lead"]),
        ("staff_added", None),
    ]
    assert {item["person_name"] for item in items} == {"Kim Adeyemi"}


async def test_filters_and_pages(world: World, admin: Login) -> None:
    """Each filter alone and together, and no event twice or left out between pages."""
    made = []
    for number in range(6):
        async with world.database.transaction() as session:
            work = Work(session, SYSTEM, world.clock(), world.settings)
            outcome = SecurityOutcome.FAILURE if number % 2 else SecurityOutcome.SUCCESS
            made.append(world.clock())
            await security_events.record(work, Kind.LOG_IN, person_id=admin.id, outcome=outcome)
            await security_events.record(work, Kind.LOG_OUT, person_id=admin.id)
        world.clock.move(timedelta(minutes=1))
    of_admin = {"person_id": str(admin.id)}
    whole = await shown(world, admin, **of_admin)
    assert len(whole) == 12
    assert whole == sorted(whole, key=lambda item: (item["at"], item["id"]), reverse=True)
    assert len(await shown(world, admin, kind="log_in", **of_admin)) == 6
    assert len(await shown(world, admin, kind="log_in", outcome="failure")) == 3
    period = {"happened_from": made[2].isoformat(), "happened_before": made[4].isoformat()}
    assert len(await shown(world, admin, kind="log_out", **period)) == 2
    assert await shown(world, admin, address="203.0.113.9") == []
    for filters in ({}, of_admin, {"kind": "log_in"}, of_admin | {"kind": "log_in", "outcome": "success"}):
        walked, cursor = [], None
        while True:
            params = filters | {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await world.client.get(ADDRESS, headers=admin.headers, params=params)).json()
            walked += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert walked == [item["id"] for item in await shown(world, admin, limit=100, **filters)]


async def test_a_refusal_is_recorded_although_its_transaction_is_rolled_back(world: World) -> None:
    """With the log's line; what was to be recorded of the change itself is not."""
    with pytest.raises(NotFound):
        await refused(world)
    async with world.database.transaction() as session:
        assert list(await session.scalars(select(SecurityEvent.kind))) == ["log_in"]


async def test_a_request_that_only_reads_can_be_recorded(world: World, admin: Login) -> None:
    async with world.database.lease(read_only=True) as session:
        work = Work(session, SYSTEM, world.clock(), world.settings)
        assert await session.scalar(select(func.count(SecurityEvent.id))) == 0
        await security_events.record(work, Kind.EXPORT, person_id=admin.id)
    async with world.database.transaction() as session:
        assert list(await session.scalars(select(SecurityEvent.kind))) == ["export"]


async def test_each_is_a_line_of_the_stream_once_it_is_committed(
    world: World, admin: Login, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=SECURITY)
    created = await world.post("/v1/integration-clients", {"name": "Ledger", "scopes": ["events:read"]}, admin)
    lines = [record.msg for record in caplog.records if record.name == SECURITY]
    (line,) = [found for found in lines if isinstance(found, dict) and found["event"] == "client_created"]
    assert (line["client_id"], line["outcome"], line["address"]) == (created["id"], "success", "127.0.0.1")
    caplog.clear()
    with pytest.raises(NotFound):
        await refused(world)
    lines = [record.msg for record in caplog.records if record.name == SECURITY]
    assert [line["event"] for line in lines if isinstance(line, dict)] == ["log_in"]


async def test_the_database_refuses_to_change_them(world: World) -> None:
    """Apart from erasing what is personal, and deleting what a month of later events has made old."""
    for days in (0, 31):
        world.clock.move(timedelta(days=days))
        async with world.database.transaction() as session:
            work = Work(session, SYSTEM, world.clock(), world.settings)
            await security_events.record(work, Kind.LOG_IN, detail={"days": days})
    for change in (
        "UPDATE security_events SET outcome = 'failure'",
        "UPDATE security_events SET detail = '{\"days\": 5}'",
        "UPDATE security_events SET address = '203.0.113.1'",
        "DELETE FROM security_events WHERE detail = '{\"days\": 31}'",
    ):
        with pytest.raises(RefusedByDatabase, match="append-only"):
            await executed(world, change)
    await executed(world, "UPDATE security_events SET actor_name = NULL, detail = '{}' WHERE detail->>'days' = '0'")
    await executed(world, "DELETE FROM security_events WHERE detail = '{}'")
    async with world.database.transaction() as session:
        assert list(await session.scalars(select(SecurityEvent.detail))) == [{"days": 31}]


async def test_parallel_refusals_are_all_recorded(world: World, admin: Login) -> None:
    form = {"grant_type": "client_credentials", "client_id": NOBODY, "client_secret": "x"}
    await asyncio.gather(*(world.client.post("/v1/oauth/token", data=form) for _ in range(8)))
    assert len(await shown(world, admin, kind="client_token", outcome="failure")) == 8


async def test_the_metrics_count_them(world: World, admin: Login) -> None:
    form = {"grant_type": "client_credentials", "client_id": NOBODY, "client_secret": "x"}
    await world.client.post("/v1/oauth/token", data=form)
    shown_metrics = (await world.client.get("/metrics")).text
    assert 'centre_recognition_security_events_total{kind="client_token",outcome="failure"}' in shown_metrics
