"""Receivers that hang or are down, and workers that die, one fault at a time."""

import asyncio
import random
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app import outbox
from app.database import Work
from app.domain.actors import SYSTEM
from app.domain.events import EventType
from app.jobs.worker import run_worker
from app.schemas.base import example_of
from app.schemas.event_data import EVENT_DATA
from app.services.events.publication import publish_pending
from app.services.webhooks import delivering, outcomes
from app.settings import Settings
from tests.receiver import Call, Receiver, receiving, reply
from tests.webhook_stage import WebhookStage, aggregates, webhook_stage, with_loopback
from tests.world import World


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_loopback(settings)


@pytest.fixture
async def stage(world: World) -> WebhookStage:
    return await webhook_stage(world)


async def _until(true: Any, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def _end_leases(stage: WebhookStage) -> None:
    """Let the time pass after which another worker takes over."""
    async with stage.world.database.transaction() as session:
        await session.execute(text("UPDATE webhook_endpoints SET leased_until = now() - interval '1 second'"))


def _in_order(calls: list[Call]) -> bool:
    """Each object's events came first in their order."""
    firsts: dict[str, list[int]] = {}
    for call in {call.id: call for call in reversed(calls)}.values():
        aggregate = call.event["aggregate"]
        firsts.setdefault(aggregate["id"], []).insert(0, aggregate["sequence"])
    return all(sequence == sorted(sequence) for sequence in firsts.values())


async def test_a_hanging_endpoint_holds_up_no_other_and_takes_few_connections(stage: WebhookStage) -> None:
    release = asyncio.Event()

    async def hang(_: Call) -> bytes:
        await release.wait()
        return reply(200)

    async with receiving(hang) as hanging, receiving() as one, receiving() as two, stage.courier() as courier:
        for receiver in (hanging, one, two):
            await stage.endpoint(receiver)
        ids = await stage.happen(*aggregates(40))
        running = asyncio.create_task(courier.run())
        await _until(lambda: len(one.calls) == len(two.calls) == len(ids))
        assert hanging.most == delivering.AT_ONCE
        release.set()
        await _until(lambda: len(hanging.calls) == len(ids))
        running.cancel()


async def test_a_failing_endpoint_gets_one_attempt_at_a_time(stage: WebhookStage) -> None:
    async def fail(_: Call) -> bytes:
        await asyncio.sleep(0.01)
        return reply(500)

    async with receiving(fail) as receiver:
        made = await stage.endpoint(receiver)
        await stage.happen(*aggregates(1))
        await stage.deliver()
        assert (await stage.shown(made))["failing_since"] is not None
        await stage.happen(*aggregates(12))
        receiver.most = 0
        await stage.deliver()
        assert (len(receiver.calls), receiver.most) == (13, 1)


async def test_what_a_dead_worker_had_in_hand_is_sent_again(stage: WebhookStage) -> None:
    async with receiving(lambda _: asyncio.sleep(60)) as receiver:
        made = await stage.endpoint(receiver)
        (one,) = aggregates(1)
        ids = await stage.happen(one, one)
        async with stage.courier() as courier:
            delivering_now = asyncio.create_task(courier.deliver_due())
            await _until(lambda: receiver.calls)
            delivering_now.cancel()
        receiver.answer = lambda _: reply(200)
        await stage.deliver()
        assert receiver.ids == ids[:1], "the lease of the dead worker still counts"
        await _end_leases(stage)
        await stage.deliver()
        assert receiver.ids == [ids[0], *ids]
        assert {entry["status"] for entry in await stage.log(made)} == {"delivered"}


async def test_what_was_taken_and_not_written_is_sent_again_in_order(
    stage: WebhookStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies between the receiver's answer and the commit."""
    write, dies = outcomes.write, True

    async def dying(*given: Any) -> None:
        await write(*given)
        if dies and given[2]:
            raise ZeroDivisionError

    monkeypatch.setattr(outcomes, "write", dying)
    async with receiving() as receiver:
        await stage.endpoint(receiver)
        (one,) = aggregates(1)
        ids = await stage.happen(one, one)
        await stage.deliver()
        assert receiver.ids == ids[:1]
        dies = False
        await _end_leases(stage)
        await stage.deliver()
        assert receiver.ids == [ids[0], *ids]


async def test_a_worker_that_takes_over_from_itself_keeps_count(stage: WebhookStage) -> None:
    """The database was away for longer than the lease."""
    release = asyncio.Event()

    async def hang(_: Call) -> bytes:
        await release.wait()
        return reply(200)

    async with receiving(hang) as receiver, stage.courier() as courier:
        await stage.endpoint(receiver)
        ids = await stage.happen(*aggregates(1))
        running = asyncio.create_task(courier.run())
        await _until(lambda: len(receiver.calls) == 1)
        await _end_leases(stage)
        courier.wake()
        await _until(lambda: len(receiver.calls) == 2)
        assert {reading.name: reading.value for reading in courier.readings()}["webhook_endpoints_served"] == 2
        release.set()
        await _until(lambda: not courier._serving)
        assert receiver.ids == [*ids, *ids]
        running.cancel()


async def test_a_worker_that_lost_its_lease_writes_nothing(stage: WebhookStage) -> None:
    async with receiving() as receiver:
        made = await stage.endpoint(receiver)
        (id_,) = await stage.happen(*aggregates(1))
        means = stage.means
        async with means.work() as work:
            ((endpoint_id, lease),) = (await delivering.lease(work, 5)).items()
        async with means.work() as work:
            assert await delivering.lease(work, 5) == {}, "nobody else gets it"
            (outgoing,) = await delivering.advance(work, endpoint_id, lease, (), (), go_on=True) or ()
        done = outcomes.Attempted(outgoing.delivery_id, stage.world.clock(), outgoing.url, 0, 1, status=200)
        async with means.work() as work:
            assert await delivering.advance(work, endpoint_id, uuid4(), [done], (), go_on=True) is None
        assert [entry["status"] for entry in await stage.log(made)] == ["pending"]
        await _end_leases(stage)
        await stage.deliver()
        assert receiver.ids == [id_]


async def test_several_workers_share_the_endpoints_and_keep_the_order(stage: WebhookStage) -> None:
    async with receiving() as one, receiving() as two, receiving() as three:
        receivers = (one, two, three)
        for receiver in receivers:
            await stage.endpoint(receiver)
        some = aggregates(5)
        ids = await stage.happen(*(random.Random(7).choices(some, k=60)))
        async with stage.courier() as first, stage.courier() as second:
            await asyncio.gather(first.deliver_due(), second.deliver_due())
            await asyncio.gather(first.deliver_due(), second.deliver_due())
        for receiver in receivers:
            assert sorted(receiver.ids) == sorted(ids)
            assert _in_order(receiver.calls)


async def test_transactions_that_commit_out_of_order_are_delivered_in_the_order_of_the_feed(
    stage: WebhookStage,
) -> None:
    """The earlier event commits last: it gets a later position, and nobody who has seen the other misses it."""
    early, late = aggregates(2)

    async def record(session: Any, aggregate: UUID) -> None:
        work = Work(session, SYSTEM, stage.world.clock(), stage.world.settings)
        public = example_of(EVENT_DATA[EventType.INVOICE_PAID])
        await outbox.record(work, EventType.INVOICE_PAID, ("invoice", aggregate), summary="x", public=public)
        await outbox.write(work)

    async def publish() -> None:
        async with stage.means.work() as work:
            await publish_pending(work)

    async with receiving() as receiver:
        await stage.endpoint(receiver)
        async with stage.world.database.transaction() as begun_first:
            await record(begun_first, early)
            stage.world.clock.move(timedelta(seconds=1))
            async with stage.world.database.transaction() as committed_first:
                await record(committed_first, late)
            await publish()
            await stage.deliver()
            assert [call.event["aggregate"]["id"] for call in receiver.calls] == [str(late)]
        await publish()
        await stage.deliver()
        assert [call.event["aggregate"]["id"] for call in receiver.calls] == [str(late), str(early)]
        assert [call.event["position"] for call in receiver.calls] == [1, 2]
        assert receiver.calls[0].event["occurred_at"] > receiver.calls[1].event["occurred_at"]


async def test_the_worker_delivers_what_is_published_and_stops(
    stage: WebhookStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is woken: nobody waits for the next look at the table."""
    monkeypatch.setattr("app.jobs.webhooks.LOOKED_FOR_EVERY_SECONDS", 60.0)
    async with receiving() as receiver:
        await stage.endpoint(receiver)
        stop = asyncio.Event()
        world = stage.world
        running = asyncio.create_task(run_worker(world.database, world.settings, world.store, world.clock, stop=stop))
        await asyncio.sleep(0.5)
        ids = [*await stage.happen(*aggregates(3)), *await stage.happen(*aggregates(2))]
        await _until(lambda: len(receiver.calls) == len(ids))
        stop.set()
        async with asyncio.timeout(15):
            await running
        assert sorted(receiver.ids) == sorted(ids)
        async with world.database.transaction() as session:
            assert await session.scalar(text("SELECT count(*) FROM webhook_endpoints WHERE lease IS NOT NULL")) == 0


async def test_a_receiver_that_is_down_for_a_day_gets_everything_afterwards(stage: WebhookStage) -> None:
    async with receiving() as receiver:
        await stage.endpoint(receiver)
        port = receiver.port
    some, ids = aggregates(3), []
    for _ in range(6):
        ids += await stage.happen(*some)
        await stage.pass_and_deliver(timedelta(hours=4))
    back = Receiver()
    server = await asyncio.start_server(back.serve, "127.0.0.1", port)
    async with server:
        await stage.pass_and_deliver(timedelta(hours=21))
        assert sorted(back.ids) == sorted(ids)
        assert _in_order(back.calls)
