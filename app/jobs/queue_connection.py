"""The worker's connection for the queue, which reports when it is lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app import hosts
from app.database import Database


@dataclass(frozen=True)
class QueueConnection:
    """The driver's connection, and the event that is set when it is lost."""

    raw: Any
    lost: asyncio.Event


@contextlib.asynccontextmanager
async def connect(database: Database) -> AsyncIterator[QueueConnection]:
    """Open a connection outside the pool, because the queue listens on it all the time. Raises the driver's errors."""
    engine = create_async_engine(
        database.engine.url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={
            "async_creator_fn": hosts.connect,
            "timeout": 5,
            "command_timeout": 10,
            "server_settings": {"application_name": "centre-recognition worker", "timezone": "UTC"},
        },
    )
    lost = asyncio.Event()
    try:
        async with engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            raw.add_termination_listener(lambda _: lost.set())
            yield QueueConnection(raw, lost)
    finally:
        await engine.dispose()


async def first_of(*waits: Coroutine[Any, Any, object]) -> None:
    """Wait until one of them ends, and cancel the others."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
