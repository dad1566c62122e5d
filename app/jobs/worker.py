"""The worker: takes jobs off the queue and runs what recurs, until it is told to stop; a lost database only interrupts it."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.clock import Clock
from app.database import Database
from app.integrations.storage import DocumentStore
from app.jobs.entrypoints import HANDLERS
from app.jobs.executor import A_DAY, Patience, executor_of
from app.jobs.means import Means
from app.jobs.schedule import RECURRING, handler_of
from app.settings import Settings

log = structlog.get_logger(__name__)

# A job whose worker has died is taken up by another after this time without a sign of life.
TAKEN_UP_AFTER = timedelta(seconds=20)
# The queue tells of new jobs at once; this is only how long one can go unnoticed that became due again, or lost its worker.
LOOKED_FOR_EVERY = timedelta(seconds=5)
# What has begun when the worker is told to stop may take this long; a letter to a slow relay is the longest.
GRACE_SECONDS = 25.0
_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 5.0


@dataclass(frozen=True)
class QueueConnection:
    """A connection of the worker's own, and the event that says that it is lost."""

    raw: Any
    lost: asyncio.Event


@contextlib.asynccontextmanager
async def connect(database: Database) -> AsyncIterator[QueueConnection]:
    """A connection apart from the pool: the queue listens on it all the time. Raises what the driver raises."""
    engine = create_async_engine(
        database.engine.url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={
            "timeout": 5,
            "command_timeout": 30,
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


async def run_worker(
    database: Database,
    settings: Settings,
    store: DocumentStore,
    clock: Clock,
    *,
    stop: asyncio.Event,
    patience: Patience = A_DAY,
) -> None:
    """Work until `stop` is set, then finish what has begun.

    When the database goes away, connects again and goes on; jobs that were under way are run again.
    """
    means = Means.of(database, settings, store, clock)
    pause = _FIRST_PAUSE_SECONDS
    while not stop.is_set():
        started = time.monotonic()
        try:
            async with connect(database) as connection:
                log.info("worker_started")
                await _work(means, connection, stop, patience)
        except Exception as error:
            if time.monotonic() - started > _LONGEST_PAUSE_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            log.warning("worker_interrupted", reason=type(error).__name__, pause=pause)
            await _either(stop, timeout=pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
    log.info("worker_stopped")


async def _work(means: Means, connection: QueueConnection, stop: asyncio.Event, patience: Patience) -> None:
    """Run the queue on one connection. Raises `ConnectionError` when that is lost, and what the queue raises."""
    queue = PgQueuer(AsyncpgDriver(connection.raw))
    for name in HANDLERS:
        queue.qm.register_executor(name, executor_of(name, means, patience))
    for task in RECURRING:
        queue.schedule(task.name, task.when)(handler_of(means, task))
    running = asyncio.create_task(
        queue.run(
            dequeue_timeout=LOOKED_FOR_EVERY,
            heartbeat_timeout=TAKEN_UP_AFTER,
            shutdown_on_listener_failure=True,
        )
    )
    try:
        await _either(stop, connection.lost, running)
    finally:
        queue.shutdown.set()
        _, unfinished = await asyncio.wait({running}, timeout=GRACE_SECONDS)
        for task in unfinished:
            task.cancel()
        (outcome,) = await asyncio.gather(running, return_exceptions=True)
    if connection.lost.is_set():
        raise ConnectionError("the connection to the database is lost")
    if isinstance(outcome, Exception) and not stop.is_set():
        raise outcome


async def _either(*events: asyncio.Event | asyncio.Task[None], timeout: float | None = None) -> None:
    """Wait until one of the events is set or one of the tasks has ended; at most `timeout` seconds."""
    waiting = {
        event: event if isinstance(event, asyncio.Task) else asyncio.ensure_future(event.wait()) for event in events
    }
    try:
        await asyncio.wait(waiting.values(), return_when=asyncio.FIRST_COMPLETED, timeout=timeout)
    finally:
        for event, task in waiting.items():
            if isinstance(event, asyncio.Event):
                task.cancel()
