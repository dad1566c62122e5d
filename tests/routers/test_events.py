"""The public feed is ordered, resumable and complete (R24)."""

import asyncio
import base64
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from uuid_utils.compat import uuid7

from app import outbox
from app.database import LeasedSession, Work
from app.domain.actors import SYSTEM, Scope, StaffRole
from app.domain.events import EventType
from app.domain.workflow import Status
from app.main import attach
from app.services.events.publication import publish_pending
from app.settings import Settings
from tests.clock import MovableClock
from tests.world import Login, World


@pytest.fixture
async def reader(world: World) -> Login:
    return await world.integration(Scope.EVENTS_READ)


async def record(
    world: World, aggregate: UUID, *, pause: float = 0.0, fail: bool = False, hidden: bool = False
) -> None:
    """Record an event in a separate transaction that commits after a pause, or rolls back."""
    async with world.database.transaction() as session:
        await _record_in(session, world, aggregate, hidden=hidden)
        await asyncio.sleep(pause)
        if fail:
            await session.rollback()


async def _record_in(session: LeasedSession, world: World, aggregate: UUID, *, hidden: bool = False) -> None:
    work = Work(session, SYSTEM, world.clock(), world.settings)
    type_ = EventType.SITE_CREATED if hidden else EventType.APPLICATION_SUBMITTED
    ids = {"application_id": str(aggregate), "centre_id": str(uuid7()), "reference": "CRA-2026-000012"}
    public = None if hidden else ids | {"status": "submitted", "submission": 1}
    await outbox.record(work, type_, ("application", aggregate), summary="x", public=public)
    await outbox.write(work)


async def publish(world: World) -> None:
    async with world.database.transaction() as session:
        await publish_pending(Work(session, SYSTEM, world.clock(), world.settings))


async def read(world: World, reader: Login, **query: Any) -> dict[str, Any]:
    answer = await world.client.get("/v1/events", params=query, headers=reader.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_feed_needs_its_scope(world: World) -> None:
    centre = await world.centre()
    assert (await world.client.get("/v1/events")).status_code == 401
    for login in (
        centre.super_user,
        await world.staff(StaffRole.CENTRE_LEAD),
        await world.integration(Scope.INVOICES_READ),
    ):
        assert (await world.client.get("/v1/events", headers=login.headers)).status_code == 403
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    assert (await world.client.get("/v1/events", headers=administrator.headers)).status_code == 200


@pytest.mark.parametrize(
    "query", [{"types": "site.created"}, {"types": "nothing.known"}, {"cursor": "x"}, {"limit": 0}, {"since": "x"}]
)
async def test_an_invalid_feed_query_is_refused(world: World, reader: Login, query: dict[str, Any]) -> None:
    answer = await world.client.get("/v1/events", params=query, headers=reader.headers)
    assert answer.status_code == 422


async def test_an_event_is_thin_and_carries_its_position(world: World, reader: Login) -> None:
    aggregate = uuid7()
    await record(world, aggregate, hidden=True)
    await record(world, aggregate)
    assert (await read(world, reader))["items"] == [], "an unpublished event is not in the feed"
    await publish(world)
    (event,) = (await read(world, reader))["items"]
    assert set(event) == {"id", "position", "type", "occurred_at", "aggregate", "data"}
    assert event["position"] == 1
    assert event["aggregate"] == {"type": "application", "id": str(aggregate), "sequence": 2}
    assert event["data"]["application_id"] == str(aggregate)


async def test_the_feed_always_returns_a_cursor_to_resume_from(world: World, reader: Login) -> None:
    empty = await read(world, reader)
    assert empty["next_cursor"]
    aggregates = [uuid7() for _ in range(5)]
    for aggregate in aggregates:
        await record(world, aggregate)
    await publish(world)
    first = await read(world, reader, cursor=empty["next_cursor"], limit=3)
    rest = await read(world, reader, cursor=first["next_cursor"], limit=3)
    assert [event["position"] for event in first["items"] + rest["items"]] == [1, 2, 3, 4, 5]
    end = await read(world, reader, cursor=rest["next_cursor"])
    assert end["items"] == []
    assert end["next_cursor"] == rest["next_cursor"], "the cursor stays the same when nothing is new"
    await record(world, aggregates[0])
    await publish(world)
    assert [event["position"] for event in (await read(world, reader, cursor=end["next_cursor"]))["items"]] == [6]


async def test_a_filter_narrows_the_feed_and_its_cursor_skips_the_rest(world: World, reader: Login) -> None:
    await record(world, uuid7())
    await publish(world)
    narrowed = await read(world, reader, types=["invoice.paid", "invoice.issued"])
    assert narrowed["items"] == []
    assert (await read(world, reader, cursor=narrowed["next_cursor"]))["items"] == []


async def test_the_feed_is_narrowed_to_an_object_and_to_an_application(world: World, reader: Login) -> None:
    """Together with types and pages; the cursor skips what was filtered out."""
    one, other = uuid7(), uuid7()
    for aggregate in (one, other, one, other, one):
        await record(world, aggregate)
    await publish(world)
    page = await read(world, reader, aggregate_id=str(one), limit=2)
    assert [event["position"] for event in page["items"]] == [1, 3]
    page = await read(world, reader, aggregate_id=str(one), limit=2, cursor=page["next_cursor"])
    assert [event["position"] for event in page["items"]] == [5]
    assert (await read(world, reader, cursor=page["next_cursor"]))["items"] == []
    assert (await read(world, reader, aggregate_id=str(one), types="invoice.paid"))["items"] == []
    assert (await read(world, reader, aggregate_id=str(one), application_id=str(other)))["items"] == []
    centre = await world.centre()
    application = await world.application(centre, Status.SUBMITTED)
    await world.run_jobs()
    found = (await read(world, reader, application_id=application["id"]))["items"]
    assert [event["type"] for event in found] == ["application.started", "application.submitted"]
    assert (await world.client.get("/v1/events?aggregate_id=x", headers=reader.headers)).status_code == 422


async def test_what_commits_late_comes_after_what_was_seen(world: World, reader: Login) -> None:
    """Transactions that commit out of order: the one that began first commits last, and no reader misses it."""
    early, late = uuid7(), uuid7()
    held, go_on = asyncio.Event(), asyncio.Event()

    async def begin_first() -> None:
        async with world.database.transaction() as session:
            await _record_in(session, world, early)
            held.set()
            await go_on.wait()

    first = asyncio.create_task(begin_first())
    await held.wait()
    world.clock.move(timedelta(seconds=1))
    await record(world, late)
    await publish(world)
    page = await read(world, reader)
    assert [event["aggregate"]["id"] for event in page["items"]] == [str(late)]
    go_on.set()
    await first
    await publish(world)
    following = await read(world, reader, cursor=page["next_cursor"])
    assert [event["aggregate"]["id"] for event in following["items"]] == [str(early)]
    assert [event["position"] for event in [*page["items"], *following["items"]]] == [1, 2]


async def test_publishers_take_turns(world: World, reader: Login) -> None:
    """A second publisher waits for the first to commit and continues its numbers, even for earlier events."""
    await record(world, uuid7())
    world.clock.move(timedelta(seconds=-1))
    async with world.database.transaction() as session:
        await publish_pending(Work(session, SYSTEM, world.clock(), world.settings))
        await record(world, uuid7())
        second = asyncio.create_task(publish(world))
        await asyncio.sleep(0.1)
        assert not second.done()
    await second
    assert [event["position"] for event in (await read(world, reader))["items"]] == [1, 2]


async def test_a_reader_following_the_cursor_misses_nothing(world: World, reader: Login) -> None:
    """Writers commit in any order or roll back, publishers run concurrently, and the reader keeps polling."""
    chance = random.Random(20261123)
    aggregates = [uuid7() for _ in range(4)]
    done = asyncio.Event()
    seen: list[dict[str, Any]] = []

    async def write(number: int) -> None:
        await asyncio.sleep(chance.random() * 0.4)
        await record(world, aggregates[number % 4], pause=chance.random() * 0.05, fail=number % 10 == 7)

    async def keep_publishing() -> None:
        while not done.is_set():
            await publish(world)
            await asyncio.sleep(0.005)

    async def follow() -> None:
        cursor: dict[str, str] = {}
        finished = False
        while not finished:
            finished = done.is_set()
            page = await read(world, reader, limit=7, **cursor)
            seen.extend(page["items"])
            cursor = {"cursor": page["next_cursor"]}
            finished = finished and not page["items"]

    async def write_all() -> None:
        await asyncio.gather(*(write(number) for number in range(60)))
        await asyncio.sleep(0.1)
        done.set()

    await asyncio.gather(write_all(), keep_publishing(), keep_publishing(), follow())
    positions = [event["position"] for event in seen]
    assert positions == list(range(1, 55)), "every committed event once, in order, without a gap"
    for aggregate in aggregates:
        own = [event["aggregate"]["sequence"] for event in seen if event["aggregate"]["id"] == str(aggregate)]
        assert own == list(range(1, len(own) + 1)), "the events of one object come in order"


async def test_a_cursor_stays_valid_over_upgrades_and_changes_of_keys(
    world: World, reader: Login, app: FastAPI, settings: Settings, clock: MovableClock
) -> None:
    """Also one of an earlier release, `["events:position", "3"]` in base64: integrators keep it for years."""
    for _ in range(5):
        await record(world, uuid7())
    await publish(world)
    kept = (await read(world, reader, limit=3))["next_cursor"]
    rest = (await read(world, reader, cursor=kept))["items"]
    assert [event["position"] for event in rest] == [4, 5]
    assert (await read(world, reader, cursor="WyJldmVudHM6cG9zaXRpb24iLCAiMyJd"))["items"] == rest
    later = {"secret_key": SecretStr("a key of years later, long enough")}
    attach(app, settings.model_copy(update=later), world.database, clock)
    world.settings = settings.model_copy(update=later)
    reader = await world.integration(Scope.EVENTS_READ)
    assert (await read(world, reader, cursor=kept))["items"] == rest


@pytest.mark.parametrize(
    "place",
    [
        '["events:position", "03"]',
        '["events:position","3"]',
        '["events:position", "3", "3"]',
        '["events:position", "-3"]',
        '["events:position", 3]',
        '["events:position", "9223372036854775808"]',
        '["events:position", "NaN"]',
        '["events:position:asc", "3"]',
    ],
)
async def test_a_cursor_that_only_resembles_an_older_one_is_refused(world: World, reader: Login, place: str) -> None:
    cursor = base64.urlsafe_b64encode(place.encode()).rstrip(b"=").decode()
    answer = await world.client.get("/v1/events", params={"cursor": cursor}, headers=reader.headers)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "bad_cursor")
