"""Feed positions are gapless, ordered, and never assigned behind a reader, who would miss the event."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from uuid_utils.compat import uuid7

from app import outbox
from app.domain.events import EventType
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.services.events.publication import publish_pending
from tests.jobs.conftest import Query, system_work


class _GoneWrong(Exception):
    pass


TYPE = EventType.APPLICATION_STARTED


async def record(means: Means, aggregate: UUID, *, after: float = 0, hold: float = 0, public: bool = True) -> None:
    async with means.work() as work:
        work.now += timedelta(seconds=after)
        payload = {"a": 1} if public else None
        await outbox.record(work, TYPE, ("thing", aggregate), summary="It happened", public=payload)
        await outbox.write(work)
        await asyncio.sleep(hold)


async def test_an_internal_event_gets_no_position(means: Means, query: Query) -> None:
    await record(means, uuid7(), public=False)
    assert await query("SELECT id FROM pgqueuer") == []
    async with means.work() as work:
        await publish_pending(work)
    assert await query("SELECT position FROM events") == [(None,)]


async def test_events_are_numbered_in_order_of_occurrence(means: Means, query: Query) -> None:
    for seconds in (3, 1, 2):
        await record(means, uuid7(), after=seconds)
    assert await run_queued_jobs(means) == 1
    found = await query("SELECT position, extract(second FROM occurred_at)::int FROM events ORDER BY position")
    assert found == [(1, 1), (2, 2), (3, 3)]


async def test_an_objects_sequence_wins_over_its_timestamps(means: Means, query: Query) -> None:
    """A change that waited for the row lock has an earlier time and a later sequence."""
    thing = uuid7()
    await record(means, thing, after=5)
    await record(means, thing, after=1)
    await record(means, uuid7(), after=3)
    await run_queued_jobs(means)
    found = await query("SELECT sequence FROM events WHERE aggregate_id = :id ORDER BY position", id=thing)
    assert found == [(1,), (2,)]


async def test_a_reader_never_finds_an_event_behind_it(means: Means, query: Query) -> None:
    """Sixty transactions commit out of order, with two publishers and a reader that only moves forward."""
    seen: list[int] = []
    done = asyncio.Event()

    async def publish() -> None:
        while not done.is_set():
            async with means.work() as work:
                await publish_pending(work)

    async def read() -> None:
        while True:
            last = seen[-1] if seen else 0
            statement = "SELECT position FROM events WHERE position > :last ORDER BY position"
            found = await query(statement, last=last)
            seen.extend(position for (position,) in found)
            if done.is_set() and not found:
                return

    async def write(number: int) -> None:
        for _ in range(15):
            await record(means, uuid4(), hold=(number % 3) * 0.01)

    others = [asyncio.create_task(each) for each in (publish(), publish(), read())]
    await asyncio.gather(*(write(number) for number in range(4)))
    async with means.work() as work:
        await publish_pending(work)
    done.set()
    await asyncio.gather(*others)
    assert seen == list(range(1, 61))


async def test_a_rollback_leaves_no_gap(means: Means, query: Query) -> None:
    await record(means, uuid7())

    async def go_wrong() -> None:
        async with system_work(means) as work:
            await publish_pending(work)
            raise _GoneWrong

    with pytest.raises(_GoneWrong):
        await go_wrong()
    await record(means, uuid7())
    async with system_work(means) as work:
        await publish_pending(work)
    assert await query("SELECT position FROM events ORDER BY position") == [(1,), (2,)]
