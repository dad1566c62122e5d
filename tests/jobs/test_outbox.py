"""What a transaction records is stored in one statement, and at most one publication waits in the queue."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain.actors import SYSTEM, Actor, ActorKind, StaffRole
from app.domain.events import EventType
from app.domain.refusals.sessions import InvalidCredentials
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.jobs.schedule import RECURRING, run_recurring
from app.letters.passwords.changed import PasswordChanged
from app.models import Event
from app.queries.locking import Turn, take_turn
from app.queries.rows import get_row
from tests.jobs.conftest import Query

TYPE = EventType.APPLICATION_STARTED
PUBLIC = {"name": "Gŵyr “quoted” \\ ☕", "nested": {"list": [1, None, True, 0.5], "nothing": None}}


class _GoneWrong(Exception):
    pass


async def record(work: Work, aggregate: UUID, number: int = 1) -> None:
    await outbox.record(work, TYPE, ("thing", aggregate), summary=f"Number {number}", public={"number": number})


async def test_a_rolled_back_transaction_leaves_neither_event_nor_publication(means: Means, query: Query) -> None:
    async def go_wrong() -> None:
        async with means.work() as work:
            await record(work, uuid7())
            await outbox.write(work)
            raise _GoneWrong

    with pytest.raises(_GoneWrong):
        await go_wrong()
    assert await query("SELECT id FROM events") == []
    assert await query("SELECT id FROM pgqueuer") == []


async def test_a_refusal_that_keeps_changes_keeps_events_and_letters(means: Means, query: Query) -> None:
    async def refuse() -> None:
        async with means.work() as work:
            await record(work, uuid7())
            await outbox.queue(work, PasswordChanged(person_id=uuid7()))
            raise InvalidCredentials

    with pytest.raises(InvalidCredentials):
        await refuse()
    assert await query("SELECT count(*) FROM events") == [(1,)]
    assert await query("SELECT entrypoint FROM pgqueuer ORDER BY id") == [("send_email",), ("publish_events",)]


async def test_work_with_events_cannot_stand_aside(means: Means) -> None:
    """A new transaction could not keep them."""
    async with means.work() as work:
        await record(work, uuid7())
        with pytest.raises(RuntimeError, match="before changes"):
            async with work.aside():
                pass


async def test_a_transaction_without_public_events_publishes_nothing(means: Means, query: Query) -> None:
    async with means.work() as work:
        await outbox.record(work, TYPE, ("thing", uuid7()), summary="Internal")
    assert await query("SELECT id FROM pgqueuer") == []


async def test_an_event_is_stored_as_it_was_recorded(means: Means) -> None:
    """The JSON on the way changes no value."""
    thing, centre, application = uuid7(), uuid7(), uuid7()
    who = Actor(
        ActorKind.PERSON,
        uuid7(),
        "Siân O’Brien",
        staff_roles=frozenset({StaffRole.FINANCE, StaffRole.ADMINISTRATOR}),
    )
    at = datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)
    async with means.work() as work:
        work.actor, work.now = who, at
        await outbox.record(
            work,
            TYPE,
            ("thing", thing),
            summary='She said "yes"',
            application_id=application,
            centre_id=centre,
            centre_sees=False,
            public=PUBLIC,
            before={"on": at, "id": thing},
        )
        await outbox.write(work)
        (id_,) = (await work.session.execute(Event.__table__.select())).scalars("id")
        row = await get_row(work.session, Event, id_)
    assert (row.aggregate_type, row.aggregate_id, row.sequence, row.position) == ("thing", thing, 1, None)
    assert (row.type, row.summary, row.occurred_at) == (TYPE.value, 'She said "yes"', at)
    assert (row.application_id, row.centre_id, row.centre_sees) == (application, centre, False)
    assert (row.actor_kind, row.actor_id, row.actor_name) == ("person", who.id, who.name)
    assert row.actor_roles == ["administrator", "finance"]
    assert row.public == PUBLIC
    assert row.audit == {"before": {"on": "2026-02-28T23:59:59.999999Z", "id": str(thing)}, "after": {}}


async def test_the_audit_and_the_payload_are_null_where_there_is_none(means: Means, query: Query) -> None:
    async with means.work() as work:
        await outbox.record(work, TYPE, ("thing", uuid7()), summary="Plain")
    assert await query("SELECT public IS NULL, audit IS NULL FROM events") == [(True, True)]


async def test_events_of_several_streams_take_one_statement(means: Means, query: Query) -> None:
    first, second, seen = uuid7(), uuid7(), list[str]()
    async with means.work() as work:
        await record(work, second, 1)
        await outbox.queue(work, PasswordChanged(person_id=uuid7()))
        await outbox.write(work)  # A new connection also looks up types.
        stop = means.database.count_statements(seen)
        for number, thing in enumerate([first, second, first, second, second], start=2):
            await record(work, thing, number)
        await outbox.queue(work, PasswordChanged(person_id=uuid7()))
        assert seen == []
        await outbox.write(work)
        stop()
    assert len(seen) == 1, seen
    found = await query("SELECT aggregate_id, sequence, summary FROM events ORDER BY summary")
    assert [(row[0], row[1]) for row in found] == [
        (second, 1),
        (first, 1),
        (second, 2),
        (first, 2),
        (second, 3),
        (second, 4),
    ]
    assert [number for (number,) in await query("SELECT last_sequence FROM event_streams ORDER BY 1")] == [2, 4]


async def test_streams_recorded_in_opposite_order_do_not_deadlock(means: Means, query: Query) -> None:
    """The sequence of each stream has no gap and no duplicate."""
    things = sorted(uuid7() for _ in range(6))

    async def act(order: list[UUID]) -> None:
        async with means.work() as work:
            for thing in order:
                await record(work, thing)

    await asyncio.gather(*(act(things if number % 2 else things[::-1]) for number in range(20)))
    found = await query(
        "SELECT array_agg(sequence ORDER BY sequence) FROM events GROUP BY aggregate_id ORDER BY aggregate_id"
    )
    assert found == [(list(range(1, 21)),)] * 6


async def test_many_transactions_leave_one_publication_that_takes_all(means: Means, query: Query) -> None:
    """Nobody waits for another's publication, and nothing is lost between a look and a commit."""
    thing = uuid7()

    async def act(number: int) -> None:
        async with means.work() as work:
            await record(work, uuid7() if number % 3 else thing, number)

    for burst in range(4):
        await asyncio.gather(*(act(number) for number in range(burst * 10, burst * 10 + 10)))
        assert await query("SELECT count(*) FROM pgqueuer WHERE status = 'queued'") == [(1,)]
    assert await run_queued_jobs(means) == 1
    assert await query("SELECT count(*), min(position), max(position) FROM events") == [(40, 1, 40)]
    ordered = await query("SELECT sequence FROM events WHERE aggregate_id = :id ORDER BY position", id=thing)
    assert ordered == [(number,) for number in range(1, 15)]


async def test_publications_race_with_writers_and_lose_nothing(means: Means, query: Query) -> None:
    """A worker takes the job as soon as it is there, while others commit."""
    done = asyncio.Event()
    most = 0

    async def watch() -> None:
        nonlocal most
        while not done.is_set():
            ((count,),) = await query("SELECT count(*) FROM pgqueuer WHERE status = 'queued'")
            most = max(most, count)

    async def drain() -> None:
        while not done.is_set():
            await run_queued_jobs(means)

    async def act() -> None:
        for _ in range(10):
            async with means.work() as work:
                await record(work, uuid7())

    others = [asyncio.create_task(each) for each in (watch(), drain(), drain())]
    await asyncio.gather(*(act() for _ in range(6)))
    done.set()
    await asyncio.gather(*others)
    await run_queued_jobs(means)
    assert most <= 1
    assert await query("SELECT count(*), min(position), max(position) FROM events") == [(60, 1, 60)]


async def test_a_transaction_whose_publication_is_being_enqueued_does_not_wait(means: Means, query: Query) -> None:
    """The holder of the lock has committed its job only after the loser's events."""
    async with means.database.transaction() as session:
        holder = Work(session, SYSTEM, means.clock(), means.settings)
        await take_turn(session, Turn.ENQUEUE_PUBLICATION)
        async with asyncio.timeout(2):
            async with means.work() as work:
                await record(work, uuid7())
        assert await query("SELECT id FROM pgqueuer") == []
        await record(holder, uuid7())
    assert await query("SELECT count(*) FROM pgqueuer") == [(1,)]
    await run_queued_jobs(means)
    assert await query("SELECT count(position) FROM events") == [(2,)]


async def test_the_sweep_publishes_what_a_crash_left(means: Means, query: Query) -> None:
    """The process ends after the commit and before it enqueues the publication."""
    async with means.work() as work:
        await record(work, uuid7())
        await outbox.write(work)
        work.after_commit.clear()
    assert await query("SELECT position FROM events") == [(None,)]
    assert await query("SELECT id FROM pgqueuer") == []
    await run_recurring(means, next(task for task in RECURRING if task.name == "mend"))
    assert await query("SELECT position FROM events") == [(1,)]


async def test_a_publication_that_fails_is_left_to_the_next(
    means: Means, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is neither retried nor held, so that it cannot stand in the queue beside the next one."""

    async def fail(_: Work) -> None:
        raise _GoneWrong

    async with means.work() as work:
        await record(work, uuid7())
    with monkeypatch.context() as patched, suppress(_GoneWrong):
        patched.setattr("app.jobs.entrypoints.publish_pending", fail)
        assert await run_queued_jobs(means) == 1
    assert await query("SELECT id FROM pgqueuer") == []
    async with means.work() as work:
        await record(work, uuid7())
    await run_queued_jobs(means)
    assert await query("SELECT count(position) FROM events") == [(2,)]
