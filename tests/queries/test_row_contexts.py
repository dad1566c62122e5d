"""A connection takes nothing of one request's context into the next, however the request ended."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import asyncpg
import pytest

from app import row_context
from app.database import Database, LeasedSession
from app.database_roles import API_ROLE
from app.queries.callers import Asked, count_more
from tests.roles import as_role
from tests.world import World

STAFF = "staff||||"
_SHOW = "SELECT set_config('app.context', $1, false) AS context"
_CENTRES = "SELECT count(*) FROM centres"


@pytest.fixture
async def narrow(world: World, database_url: str) -> AsyncIterator[Database]:
    """A single connection, and a centre that staff see."""
    await world.centre()
    opened = Database(as_role(database_url, API_ROLE), pool_size=1)
    yield opened
    await opened.close()


async def _fails(session: LeasedSession) -> None:
    await session.start()
    raise ValueError


async def _is_refused_by_the_database(session: LeasedSession) -> None:
    await session.start()
    await session.driver.execute("SELECT 1 / 0")


async def _fails_at_the_commit(session: LeasedSession) -> None:
    await session.start()
    with pytest.raises(asyncpg.DivisionByZeroError):
        await session.driver.execute("SELECT 1 / 0")


async def _is_cancelled(session: LeasedSession) -> None:
    await session.start()
    async with asyncio.timeout(0.05):
        await session.driver.execute("SELECT pg_sleep(5)")


async def _is_cancelled_while_it_is_found(session: LeasedSession) -> None:
    async with asyncio.timeout(0.05):
        await session.fetch_context("SELECT set_config('app.context', $1, false) AS context, pg_sleep(5)", STAFF)


async def _fails_while_it_is_found(session: LeasedSession) -> None:
    await session.fetch_context("SELECT set_config('app.context', $1, false) AS context, 1 / 0", STAFF)


async def _is_answered_with_what_nobody_understands(session: LeasedSession) -> None:
    """The connection shows everything, and nobody has taken note."""
    await session.fetch_context("SELECT set_config('app.context', $1, false) AS another_name", STAFF)


async def _sees_everything_for_a_while(session: LeasedSession) -> None:
    await session.start()
    async with row_context.seeing_everything(session):
        raise ValueError


async def _request(database: Database, context: str, ends: Callable[[LeasedSession], Awaitable[None]]) -> None:
    async with database.lease(context=row_context.NOTHING) as session:
        await session.fetch_context(_SHOW, context)
        await ends(session)


@pytest.mark.parametrize(
    "ends",
    [
        _fails,
        _is_refused_by_the_database,
        _fails_at_the_commit,
        _is_cancelled,
        _is_cancelled_while_it_is_found,
        _fails_while_it_is_found,
        _is_answered_with_what_nobody_understands,
        _sees_everything_for_a_while,
    ],
)
async def test_the_next_request_begins_with_nothing(
    narrow: Database, ends: Callable[[LeasedSession], Awaitable[None]]
) -> None:
    for context in (STAFF, row_context.PUBLIC):
        with pytest.raises(Exception, match=r"^(?!.*assert)"):
            await _request(narrow, context, ends)
        async with narrow.lease(context=row_context.NOTHING) as session:
            if session._held.shows != row_context.NOTHING:
                with pytest.raises(RuntimeError, match="another actor"):
                    print(session.driver)
            await session.start()
            assert await session.driver.fetchval(_CENTRES) == 0
            assert await session.driver.fetchval("SELECT current_setting('app.context', true)") in ("", None)
        # What a statement that commits by itself would see is what the lease has noted.
        async with narrow.lease() as session:
            await session.keep_showing()
            assert await session.driver.fetchval(_CENTRES) == 1


async def test_counting_in_a_transaction_leaves_the_context_alone(narrow: Database, world: World) -> None:
    """A rollback would take back what the count has set, and the lease would not know."""
    asked = Asked(["more:x"], [world.clock() - world.clock()], [world.clock() - world.clock()])
    async with narrow.lease(context=row_context.NOTHING) as session:
        await session.fetch_context(_SHOW, STAFF)
        await session.start()
        await count_more(session, world.clock(), asked)
        assert session.context == STAFF
        with pytest.raises(AssertionError, match="rollback"):
            await session.fetch_context(_SHOW, row_context.PUBLIC)


@pytest.mark.parametrize("fails", [False, True])
async def test_the_end_of_a_transaction_takes_back_what_it_has_shown_besides(narrow: Database, fails: bool) -> None:
    """Whoever has committed may not know that more was shown, as the outbox."""
    seen: list[int] = []
    with suppress(ValueError):
        async with narrow.lease(context=row_context.NOTHING) as session:
            await session.fetch_context(_SHOW, row_context.PUBLIC)
            await row_context.see_everything(session)
            seen.append(await session.driver.fetchval(_CENTRES))

            async def look() -> None:
                seen.append(await session.driver.fetchval(_CENTRES))

            session.after_commit.append(look)
            session.after_rollback.append(look)
            if fails:
                raise ValueError
    assert seen == [1, 0]


async def test_what_follows_a_commit_is_shown_the_same(narrow: Database) -> None:
    """Without a statement more."""
    seen: list[int] = []
    statements: list[str] = []
    async with narrow.lease(context=row_context.NOTHING) as session:
        await session.fetch_context(_SHOW, row_context.PUBLIC)
    stop = narrow.count_statements(statements)
    async with narrow.lease(context=STAFF) as session:
        await session.start()

        async def look() -> None:
            seen.append(await session.driver.fetchval(_CENTRES))

        session.after_commit.append(look)
    await asyncio.sleep(0)
    stop()
    assert statements == [_CENTRES]
    async with narrow.lease(context=STAFF) as session:
        await session.start()
        await session.pause()
        seen.append(await session.driver.fetchval(_CENTRES))
        async with session.aside():
            pass
        seen.append(await session.driver.fetchval(_CENTRES))
    assert seen == [1, 1, 1]


async def test_a_context_that_nobody_took_note_of_is_set_again(narrow: Database) -> None:
    """The lease may not go on saying what the connection showed before: the next caller may be shown just that."""
    with pytest.raises(KeyError):
        await _request(narrow, row_context.PUBLIC, _is_answered_with_what_nobody_understands)
    async with narrow.lease(context=row_context.PUBLIC) as session:
        await session.start()
        assert await session.driver.fetchval(_CENTRES) == 0
