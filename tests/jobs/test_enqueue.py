"""Jobs are enqueued in the transaction that causes them."""

import pytest
import structlog
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from app import outbox
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.letters.passwords.changed import PasswordChanged
from tests.jobs.conftest import Query, system_work
from tests.world import World


class _GoneWrong(Exception):
    pass


async def test_a_job_of_a_rolled_back_transaction_never_runs(means: Means, world: World, query: Query) -> None:
    person = await world.person()

    async def go_wrong() -> None:
        async with means.work() as work:
            await outbox.queue(work, PasswordChanged(person_id=person.id))
            raise _GoneWrong

    with pytest.raises(_GoneWrong):
        await go_wrong()
    assert await run_queued_jobs(means) == 0
    assert await query("SELECT id FROM emails") == []


async def test_a_job_enqueued_first_in_a_session_waits_for_the_commit(means: Means, query: Query) -> None:
    async with system_work(means) as work:
        await outbox.enqueue(work, "publish_events")
        await outbox.write(work)
        assert await query("SELECT id FROM pgqueuer") == []
    assert len(await query("SELECT id FROM pgqueuer")) == 1


async def test_letters_take_one_statement_however_many(means: Means, world: World) -> None:
    """It stores them and enqueues their jobs, and calls are gathered."""
    people = [await world.person() for _ in range(5)]
    seen: list[str] = []
    async with means.work() as work:
        await outbox.queue(work, PasswordChanged(person_id=people.pop().id))
        await outbox.write(work)  # A new connection also looks up types.
        stop = means.database.count_statements(seen)
        for person in people:
            await outbox.queue(work, PasswordChanged(person_id=person.id))
        assert seen == []
        await outbox.write(work)
        stop()
    assert len(seen) == 1, seen
    assert await run_queued_jobs(means) == 5


async def test_a_job_is_stored_as_the_library_stores_it(means: Means, query: Query) -> None:
    with structlog.contextvars.bound_contextvars(request_id="the-request"):
        async with system_work(means) as work:
            await outbox.enqueue(work, "note", "Gŵyr")
            await outbox.write(work)
            await Queries(AsyncpgDriver(work.driver)).enqueue(
                "note", "Gŵyr".encode(), headers={"request_id": "the-request"}
            )
    columns = "priority, queue_manager_id, created = updated, created = heartbeat, created = execute_after, status"
    jobs = await query(
        f"SELECT {columns}, entrypoint, dedupe_key, payload, headers, attempts, slot FROM pgqueuer ORDER BY id"
    )
    assert jobs[0] == jobs[1]
    log = await query(
        "SELECT job_id = pgqueuer.id, l.status, l.priority, l.entrypoint, traceback, aggregated "
        "FROM pgqueuer LEFT JOIN pgqueuer_log l ON job_id = pgqueuer.id ORDER BY pgqueuer.id"
    )
    assert log[0] == log[1]
    assert log[0][0]
