"""The watch that every test keeps: nothing slow while a connection is held."""

import pytest
from anyio import to_thread

from app.database import Database, Work
from app.domain.actors import SYSTEM
from app.security.passwords import hash_password
from app.settings import Settings
from tests.clock import MovableClock
from tests.slow_work import SlowWorkOnAConnection, offences


async def test_slow_work_in_a_transaction_is_caught(database: Database) -> None:
    with offences() as found:
        async with database.transaction():
            with pytest.raises(SlowWorkOnAConnection):
                await hash_password("a")
            with pytest.raises(SlowWorkOnAConnection):
                await to_thread.run_sync(str)
        assert len(found) == 2


async def test_slow_work_is_right_where_no_connection_is_held(
    database: Database, clock: MovableClock, settings: Settings
) -> None:
    async with database.transaction() as session:
        async with Work(session, SYSTEM, clock(), settings).aside():
            await to_thread.run_sync(str)
        session.unbroken = True
        await to_thread.run_sync(str)
    await to_thread.run_sync(str)
