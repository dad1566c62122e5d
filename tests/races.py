"""Races that are certain to happen: hold a lock, let everybody run into it, let go."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import text

from app.database import Database

T = TypeVar("T")


async def _wait_until_blocked(database: Database, number: int) -> None:
    statement = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(4):
        while True:
            async with database.transaction() as session:
                if await session.scalar(statement) >= number:
                    return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def _held(database: Database, lock: str) -> AsyncIterator[None]:
    async with database.transaction() as session:
        await session.execute(text(lock))
        yield


async def race(database: Database, lock: str, *contenders: Awaitable[T]) -> list[T]:
    """What the contenders answer when all of them wait at `lock`, a statement that takes it, before any goes on.

    Raises `TimeoutError` where one does not come to the lock: then there is nothing that keeps them apart.
    """
    async with _held(database, lock):
        running = [asyncio.ensure_future(contender) for contender in contenders]
        await _wait_until_blocked(database, len(running))
    return list(await asyncio.gather(*running))


async def queue(database: Database, lock: str, *contenders: Awaitable[T]) -> list[T]:
    """As `race`, where each comes to the lock before the next one sets out: they get it in this order."""
    running: list[asyncio.Future[T]] = []
    async with _held(database, lock):
        for contender in contenders:
            running.append(asyncio.ensure_future(contender))
            await _wait_until_blocked(database, len(running))
    return list(await asyncio.gather(*running))
