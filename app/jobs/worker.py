"""The worker: runs queued and recurring jobs until it is told to stop. It reconnects to a lost database."""

import asyncio
import time
from datetime import timedelta

import structlog
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver

from app.clock import Clock
from app.database import Database
from app.integrations.storage import DocumentStore
from app.jobs.entrypoints import HANDLERS
from app.jobs.executor import A_DAY, Patience, executor_of
from app.jobs.means import Means
from app.jobs.queue_connection import QueueConnection, connect, first_of
from app.jobs.schedule import RECURRING, handler_of
from app.settings import Settings

log = structlog.get_logger(__name__)

# After this time without a heartbeat another worker picks up the job.
TAKEN_UP_AFTER = timedelta(seconds=20)
# PostgreSQL announces new jobs at once. Retries and jobs of a dead worker wait at most this long.
LOOKED_FOR_EVERY = timedelta(seconds=5)
# Running jobs may take this long after the worker is told to stop; a letter to a slow relay is the slowest.
GRACE_SECONDS = 25.0
_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 5.0


async def run_worker(
    database: Database,
    settings: Settings,
    store: DocumentStore,
    clock: Clock,
    *,
    stop: asyncio.Event,
    patience: Patience = A_DAY,
) -> None:
    """Work until `stop` is set, then finish the running jobs.

    Reconnects when the database goes away, and runs the interrupted jobs again.
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
            await first_of(stop.wait(), asyncio.sleep(pause))
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
    log.info("worker_stopped")


async def _work(means: Means, connection: QueueConnection, stop: asyncio.Event, patience: Patience) -> None:
    """Run the queue on one connection. Raises `ConnectionError` when it is lost, and the queue's errors."""
    queue = PgQueuer(AsyncpgDriver(connection.raw))
    for name in HANDLERS:
        queue.qm.register_executor(name, executor_of(name, means, patience))
    for recurring in RECURRING:
        queue.schedule(recurring.name, recurring.when)(handler_of(means, recurring))
    running = asyncio.create_task(
        queue.run(
            dequeue_timeout=LOOKED_FOR_EVERY,
            heartbeat_timeout=TAKEN_UP_AFTER,
            shutdown_on_listener_failure=True,
        )
    )
    try:
        await first_of(stop.wait(), connection.lost.wait(), asyncio.wait({running}))
    finally:
        queue.shutdown.set()
        _, unfinished = await asyncio.wait({running}, timeout=GRACE_SECONDS)
        for cut_off in unfinished:
            cut_off.cancel()
        (outcome,) = await asyncio.gather(running, return_exceptions=True)
    if connection.lost.is_set():
        raise ConnectionError("the connection to the database is lost")
    if isinstance(outcome, Exception) and not stop.is_set():
        raise outcome
