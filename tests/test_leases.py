"""One connection per request: lost, silent, exhausted, set aside."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.database import Database, LeasedSession
from app.database_errors import RefusedByDatabase
from app.domain.refusals.requests import Unavailable
from app.main import create_app
from app.models import ReferenceCounter
from app.queries.locking import Turn, lock_found, take_turn
from app.settings import Settings
from tests.roles import as_role
from tests.vanishing import wire_to
from tests.world import World

# Far more than anything here takes: it only ends a test that hangs.
HANGS = 20
Act = Callable[[LeasedSession], Awaitable[None]]
LIST = "/v1/recognised-centres"


@pytest.fixture
async def narrow(database_url: str) -> AsyncIterator[Database]:
    """A database with a single connection."""
    opened = Database(as_role(database_url), pool_size=1)
    yield opened
    await opened.close()


@asynccontextmanager
async def served(settings: Settings, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings, database=database)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


async def backend_of(database: Database) -> int:
    (row,) = await database.fetch_alone("SELECT pg_backend_pid() AS pid")
    return int(row["pid"])


def counter(series: str) -> ReferenceCounter:
    return ReferenceCounter(series=series, last_number=1)


async def run(database: Database, act: Act) -> None:
    """A transaction around one act."""
    async with database.transaction() as session:
        await act(session)


async def stored(database: Database) -> set[str]:
    async with database.transaction() as session:
        return set((await session.scalars(select(ReferenceCounter.series))).all())


async def test_a_connection_that_was_lost_meanwhile_fails_no_request(
    settings: Settings, narrow: Database, database: Database
) -> None:
    """The database ended it: the first statement is repeated on another one, for reading and for writing."""
    async with served(settings, narrow) as client:
        for request in (client.build_request("GET", LIST), client.build_request("POST", "/v1/sessions", json={})):
            await database.fetch_alone("SELECT pg_terminate_backend($1)", lost := await backend_of(narrow))
            assert (await client.send(request)).status_code in (200, 422)
            assert await backend_of(narrow) != lost


async def test_a_transaction_never_moves_to_another_connection(narrow: Database, database: Database) -> None:
    """What it did before would be lost without a word."""

    async def act(session: LeasedSession) -> None:
        session.add(counter("A"))
        await session.flush()
        await database.fetch_alone("SELECT pg_terminate_backend($1)", session.driver.get_server_pid())
        session.add(counter("B"))

    with pytest.raises(Unavailable):
        await run(narrow, act)
    assert await stored(narrow) == set()


async def test_silence_of_the_database_is_503_within_the_deadline(settings: Settings, database_url: str) -> None:
    """Packets vanish on every connection, new ones too, and nothing says so. Once they pass again, so do requests."""
    async with wire_to(database_url) as (wire, url), asyncio.timeout(HANGS):
        database = Database(url, pool_size=2, pool_timeout=1)
        async with served(settings, database) as client:
            assert (await client.get(LIST)).status_code == 200
            wire.cut = True
            answers = await asyncio.gather(*(client.get(LIST) for _ in range(6)))
            assert [answer.status_code for answer in answers] == [503] * 6
            assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
            wire.cut = False
            assert (await client.get(LIST)).status_code == 200
        await database.close()


async def test_a_request_ends_at_its_deadline_wherever_it_waits(
    settings: Settings, narrow: Database, database: Database, world: World
) -> None:
    """It waits for a row that another transaction holds. Its connection is given up, and the next request has one."""
    in_a_hurry = settings.model_copy(update={"request_deadline_seconds": 2.0})
    async with served(in_a_hurry, narrow) as client, asyncio.timeout(HANGS), database.transaction() as session:
        await session.execute(text("LOCK TABLE initial_applications IN ACCESS EXCLUSIVE MODE"))
        answer = await client.post("/v1/initial-applications", json=world.initial_application())
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), answer.text
    async with served(settings, narrow) as client:
        answer = await client.post("/v1/initial-applications", json=world.initial_application())
        assert answer.status_code == 201, answer.text


async def test_the_time_of_the_sender_is_not_the_requests(settings: Settings, narrow: Database, world: World) -> None:
    """A body that takes longer to arrive than a request may take."""
    in_a_hurry = settings.model_copy(update={"request_deadline_seconds": 2.0})
    body = httpx.Request("POST", "http://x", json=world.initial_application()).content

    async def slowly() -> AsyncIterator[bytes]:
        for start in (0, 200):
            yield body[start : start + 200 if start == 0 else None]
            await asyncio.sleep(1.5)

    async with served(in_a_hurry, narrow) as client:
        sent = {"content": slowly(), "headers": {"Content-Type": "application/json"}}
        answer = await client.post("/v1/initial-applications", **sent)  # type: ignore[arg-type]
    assert answer.status_code == 201, answer.text


async def test_a_reading_lease_cannot_write(narrow: Database) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"):
        async with narrow.lease(read_only=True) as session:
            session.add(counter("A"))
    assert await stored(narrow) == set()


async def test_a_swallowed_failure_is_not_committed(narrow: Database) -> None:
    """PostgreSQL answers such a COMMIT with ROLLBACK, and no error."""

    async def act(session: LeasedSession) -> None:
        session.add(counter("A"))
        await session.flush()
        with pytest.raises(IntegrityError):
            await session.execute(text("INSERT INTO reference_counters VALUES ('A', 1)"))

    with pytest.raises(RefusedByDatabase):
        await run(narrow, act)
    assert await stored(narrow) == set()


async def test_both_views_of_a_lease_share_one_transaction(narrow: Database) -> None:
    async def act(session: LeasedSession) -> None:
        session.add(counter("A"))
        await session.flush()
        await session.driver.execute("INSERT INTO reference_counters VALUES ('B', 1)")
        assert await session.driver.fetchval("SELECT count(*) FROM reference_counters") == 2
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await run(narrow, act)
    assert await stored(narrow) == set()


async def pending(session: LeasedSession) -> None:
    session.add(counter("A"))


async def written(session: LeasedSession) -> None:
    await session.driver.execute("INSERT INTO reference_counters VALUES ('A', 1)")


async def locked(session: LeasedSession) -> None:
    await lock_found(session, select(ReferenceCounter))


async def taken(session: LeasedSession) -> None:
    await take_turn(session, Turn.DOCUMENT)


@pytest.mark.parametrize("done", [pending, written, locked, taken])
async def test_work_does_not_stand_aside_after_a_change_or_a_lock(narrow: Database, done: Act) -> None:
    async def act(session: LeasedSession) -> None:
        await done(session)
        async with session.aside():
            pytest.fail("it stood aside")

    async with narrow.transaction() as session:
        session.add(counter("there"))
    with pytest.raises(RuntimeError, match="before changes and locks"):
        await run(narrow, act)
    assert await stored(narrow) == {"there"}


async def test_work_that_stands_aside_holds_no_connection(narrow: Database) -> None:
    """With a single connection, others go on meanwhile. Afterwards the work sees what they did, and goes on too."""
    async with narrow.transaction() as session:
        assert (await session.scalars(select(ReferenceCounter.series))).all() == []
        async with session.aside():
            with pytest.raises(RuntimeError, match="no connection is held"):
                _ = session.driver
            async with narrow.transaction() as other:
                other.add(counter("theirs"))
        assert (await session.scalars(select(ReferenceCounter.series))).all() == ["theirs"]
        session.add(counter("ours"))
    assert await stored(narrow) == {"theirs", "ours"}


async def test_a_fault_aside_ends_the_work(narrow: Database) -> None:
    undone = []

    async def undo() -> None:
        undone.append("a file")

    async def act(session: LeasedSession) -> None:
        session.undo.append(undo)
        async with session.aside():
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await run(narrow, act)
    assert undone == ["a file"]
    assert await stored(narrow) == set()


async def test_what_follows_the_commit_does_not_spoil_the_answer(narrow: Database) -> None:
    """The change is made by then; the fault is logged."""

    async def fail() -> None:
        raise RuntimeError("on purpose")

    async with narrow.transaction() as session:
        session.add(counter("A"))
        session.after_commit.append(fail)
    assert await stored(narrow) == {"A"}


@pytest.mark.parametrize("where", ["before_commit", "after_commit"])
async def test_work_that_is_cut_off_anywhere_lets_its_connection_go(narrow: Database, where: str) -> None:
    """There is one connection. A deadline may strike after the commit too, where the last statements of a request
    wait for a database that has fallen silent."""

    async def hang() -> None:
        await asyncio.sleep(60)

    async def act(session: LeasedSession) -> None:
        session.add(counter("A"))
        getattr(session, where).append(hang)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await run(narrow, act)
    async with asyncio.timeout(3):
        assert await stored(narrow) == ({"A"} if where == "after_commit" else set())


async def test_statements_of_both_views_are_counted(narrow: Database) -> None:
    seen: list[str] = []
    stop = narrow.count_statements(seen)
    async with narrow.transaction() as session:
        await session.scalars(select(ReferenceCounter.series))
        await session.driver.fetch("SELECT 1")
    stop()
    await narrow.fetch_alone("SELECT 2")
    assert seen == ["SELECT reference_counters.series \nFROM reference_counters", "SELECT 1"]
