"""A bounded number of jobs and of connections, and no kind of job that starves another."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from app import outbox
from app.database import Database, Work
from app.jobs.means import Means
from app.jobs.places import places
from app.jobs.schedule import Recurring
from app.settings import Settings
from tests.jobs.conftest import Query
from tests.jobs.relay import Relay, running
from tests.jobs.working import owe, through, until, until_found, working
from tests.world import World

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd", "ignore:Session.login_data")


@asynccontextmanager
async def narrow(url: str, size: int) -> AsyncIterator[Database]:
    database = Database(url, pool_size=size, pool_timeout=1)
    yield database
    await database.close()


@asynccontextmanager
async def most_picked(query: Query) -> AsyncIterator[list[int]]:
    """Notes how many jobs were picked at once."""
    seen = [0]

    async def look() -> None:
        while True:
            seen.append((await query("SELECT count(*) FROM pgqueuer WHERE status = 'picked'"))[0][0])
            await asyncio.sleep(0.01)

    looking = asyncio.create_task(look())
    try:
        yield seen
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking


@pytest.mark.parametrize(("letters", "pause", "pool"), [(400, 0.0, 10), (60, 0.2, 2), (30, 0.0, 1)])
async def test_many_letters_go_out_once_without_a_failure(
    means: Means, world: World, query: Query, database_url: str, letters: int, pause: float, pool: int
) -> None:
    """However slow the relay is, and however few connections there are."""
    ids = await owe(means, world, letters)
    with running(Relay(pause=pause)) as relay:
        settings = through(means.settings, relay, connections=3).model_copy(
            update={"job_concurrency": 8, "database_pool_size": pool}
        )
        async with (
            narrow(database_url, pool) as database,
            most_picked(query) as picked,
            working(means, settings, database),
        ):
            await until(lambda: len(relay.accepted) >= letters, seconds=60)
            await until_found(lambda: _idle(query))
    assert relay.copies == {f"<{id_}@aimgroup.org.uk>": 1 for id_ in ids}
    assert relay.most_open <= 3
    assert max(picked) <= 8
    assert await query("SELECT status, count(*) FROM emails GROUP BY 1") == [("sent", letters)]
    log = await query("SELECT status::text, count(*) FROM pgqueuer_log GROUP BY 1 ORDER BY 1")
    assert log == [("picked", letters), ("queued", letters), ("successful", letters)]


async def _idle(query: Query) -> bool:
    return await query("SELECT id FROM pgqueuer") == []


@pytest.fixture
def slow_kind(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A further kind of job, which takes half a second and holds no connection. Returns those that ran."""
    ran: list[str] = []

    async def handle(_: Means, payload: str) -> None:
        await asyncio.sleep(0.5)
        ran.append(payload)

    _add_kind(monkeypatch, "slow", handle)
    return ran


def _add_kind(monkeypatch: pytest.MonkeyPatch, name: str, handle: object) -> None:
    from app.jobs.entrypoints import HANDLERS

    for module in ("outcomes", "worker"):
        monkeypatch.setattr(f"app.jobs.{module}.HANDLERS", {**HANDLERS, name: handle})


async def _flood(means: Means, kind: str, number: int) -> None:
    async with means.work() as work:
        await outbox.enqueue(work, kind, *map(str, range(number)))


async def test_a_flood_of_other_jobs_does_not_delay_letters(
    means: Means, world: World, query: Query, slow_kind: list[str]
) -> None:
    await _flood(means, "slow", 5000)
    with running(Relay()) as relay:
        async with working(means, through(means.settings, relay)):
            await until(lambda: len(slow_kind) > 0)
            await owe(means, world, 10)
            await until(lambda: len(relay.accepted) == 10, seconds=5)
            assert len(slow_kind) < 500
            await query("DELETE FROM pgqueuer WHERE entrypoint = 'slow' RETURNING id")


async def test_a_flood_of_letters_does_not_delay_other_jobs(
    means: Means, world: World, query: Query, slow_kind: list[str]
) -> None:
    await owe(means, world, 500)
    with running(Relay(pause=0.5)) as relay:
        async with working(means, through(means.settings, relay)):
            await until(lambda: relay.most_open > 0)
            await _flood(means, "slow", 10)
            await until(lambda: len(slow_kind) == 10, seconds=5)
            assert len(relay.accepted) < 100
            await query("DELETE FROM pgqueuer RETURNING id")


async def test_recurring_jobs_run_during_a_flood(
    means: Means, query: Query, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The flood holds every connection that jobs can get, most of the time."""
    ran = asyncio.Event()

    async def hold(held: Means, _: str) -> None:
        async with held.work():
            await asyncio.sleep(0.05)

    async def note(_: Work) -> None:
        ran.set()

    _add_kind(monkeypatch, "holds", hold)
    monkeypatch.setattr("app.jobs.worker.RECURRING", (Recurring("probe", "* * * * *", note),))
    await query(
        "INSERT INTO pgqueuer_schedules (expression, entrypoint, next_run) "
        "VALUES ('* * * * *', 'probe', now() - interval '1 minute') RETURNING id"
    )
    await _flood(means, "holds", 2000)
    settings = means.settings.model_copy(update={"database_pool_size": 2})
    async with narrow(database_url, 2) as database, working(means, settings, database):
        await asyncio.wait_for(ran.wait(), 5)
        await query("DELETE FROM pgqueuer RETURNING id")
    assert await query("SELECT job_id FROM pgqueuer_log WHERE status IN ('failed', 'exception')") == []


@pytest.mark.parametrize("kinds", range(1, 8))
@pytest.mark.parametrize("at_once", [1, 2, 5, 20, 100])
def test_no_kind_can_take_every_place(kinds: int, at_once: int) -> None:
    names = [f"kind {number}" for number in range(kinds)]
    most = places(dict.fromkeys(names), Settings(job_concurrency=at_once))
    assert set(most) == set(names)
    assert min(most.values()) >= 1
    if at_once >= 2 * kinds:
        # Where every other kind takes as much as it may, there is a place left.
        for one in names:
            others = sum(most[name] for name in names if name != one)
            assert most[one] + (kinds - 1) * (at_once // (2 * kinds)) <= at_once
            assert kinds == 1 or others >= 1


async def test_a_job_waits_for_a_connection_as_long_as_it_takes(means: Means, query: Query, database_url: str) -> None:
    """Far longer than a request would, and the attempt does not fail."""
    settings = means.settings.model_copy(update={"database_pool_size": 1})
    async with narrow(database_url, 1) as database:
        held = Means.of(database, settings, means.store, means.clock)

        async def hold() -> None:
            async with held.work():
                await asyncio.sleep(timedelta(seconds=2.5).total_seconds())

        holding = asyncio.create_task(hold())
        await asyncio.sleep(0.1)
        async with held.work() as work:
            assert work.session is not None
        await holding
