"""However many transactions end at once, one publication waits in the queue (decision 18)."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import make_url

from app.queries.locking import Turn
from app.settings import Settings

pytestmark = pytest.mark.own_database

_CALLERS = 6
_CALLS = 400


async def _connect(settings: Settings) -> asyncpg.Connection:
    assert settings.database_url is not None
    url = make_url(settings.database_url.get_secret_value())
    return await asyncpg.connect(**url.get_dialect()().create_connect_args(url)[1])


async def test_two_publications_never_wait_at_once(settings: Settings) -> None:
    """One caller looks before another's job is there, and gets the lock when that one has ended."""
    callers = [await _connect(settings) for _ in range(_CALLERS)]
    taker = await _connect(settings)
    running, most = True, 0

    async def call(connection: asyncpg.Connection) -> None:
        for _ in range(_CALLS):
            await connection.execute("SELECT enqueue_once('publish_events', $1, '{}')", Turn.ENQUEUE_PUBLICATION.value)

    async def take() -> None:
        nonlocal most
        while running:
            most = max(most, len(await taker.fetch("DELETE FROM pgqueuer RETURNING id")))

    taking = asyncio.create_task(take())
    try:
        await asyncio.gather(*map(call, callers))
    finally:
        running = False
        await taking
        for connection in (*callers, taker):
            await connection.close()
    assert most == 1
