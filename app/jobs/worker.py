"""The worker: runs queued and recurring jobs until it is told to stop. It reconnects to a lost database."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from functools import partial
from typing import Any

import structlog
from pgqueuer.db import AsyncpgDriver
from pgqueuer.domain.settings import db_settings
from pgqueuer.queries import Queries
from pgqueuer.sm import SchedulerManager

from app.clock import Clock
from app.database import Database
from app.integrations.mailer import SmtpMailer
from app.integrations.storage import DocumentStore
from app.jobs.crew import Crew
from app.jobs.door import Door, Pulse, serving
from app.jobs.entrypoints import HANDLERS
from app.jobs.means import Means
from app.jobs.outcomes import A_DAY, Patience
from app.jobs.places import places
from app.jobs.queue_connection import QueueConnection, connect, first_of
from app.jobs.schedule import LONG_RECURRING, RECURRING, handler_of
from app.jobs.webhooks import Courier
from app.metrics import Reading
from app.queries.webhook_work import CHANNEL
from app.settings import Settings

log = structlog.get_logger(__name__)

# PostgreSQL announces new jobs at once. Retries and jobs of a dead worker wait at most this long.
LOOKED_FOR_EVERY_SECONDS = 5.0
HEARTBEAT_SECONDS = 5.0
# Running jobs may take this long after the worker is told to stop. With what follows, it ends within 30 seconds.
GRACE_SECONDS = 12.0
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
    listener: socket.socket | None = None,
) -> None:
    """Work until `stop` is set, then let running jobs end for a moment, and put the others back.

    Reconnects when the database goes away. The running jobs go on meanwhile. On the `listener` it answers probes.
    """
    means = Means.of(database, settings, store, clock)
    crew = Crew(means, patience, places(HANDLERS, settings), settings.job_concurrency)
    courier = Courier(means)
    pulse = Pulse()
    door = Door(means, pulse, partial(_readings, means, crew, courier))
    pause = _FIRST_PAUSE_SECONDS
    async with (
        serving(door, listener),
        _background(crew.write_results()),
        _background(_at_end(stop, door)),
        _background(courier.run()),
    ):
        while not stop.is_set():
            started = time.monotonic()
            pulse.beat()
            try:
                async with connect(database) as connection:
                    means.contact.since = time.monotonic()
                    log.info("worker_started")
                    await _work(means, crew, courier, connection, stop, pulse)
            except Exception as error:
                if time.monotonic() - started > _LONGEST_PAUSE_SECONDS:
                    pause = _FIRST_PAUSE_SECONDS
                log.warning("worker_interrupted", reason=type(error).__name__, pause=pause)
                await first_of(stop.wait(), asyncio.sleep(pause))
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        await asyncio.gather(crew.finish(GRACE_SECONDS), courier.finish(GRACE_SECONDS))
    log.info("worker_stopped")


def _readings(means: Means, crew: Crew, courier: Courier) -> Iterator[Reading]:
    yield from crew.readings()
    yield from courier.readings()
    if isinstance(means.mailer, SmtpMailer):
        yield Reading("relay_connections", means.mailer.in_use)
        yield Reading("relay_connections_limit", means.mailer.connections)
        yield Reading("relay_accepted", means.mailer.accepted)


async def _at_end(stop: asyncio.Event, door: Door) -> None:
    await stop.wait()
    door.probe.end()


async def _work(
    means: Means, crew: Crew, courier: Courier, connection: QueueConnection, stop: asyncio.Event, pulse: Pulse
) -> None:
    """Run the queue on one connection. Raises `ConnectionError` when it is lost, and the queue's errors."""
    queue = Queries(AsyncpgDriver(connection.raw))
    await queue.driver.add_listener(CHANNEL, lambda _: courier.wake())
    scheduler = SchedulerManager(queue)
    for recurring in (*RECURRING, *LONG_RECURRING):
        scheduler.schedule(recurring.name, recurring.when)(handler_of(means, recurring))
    async with _background(_beat(crew, queue)) as beating, _background(scheduler.run()) as scheduling:
        async with _background(_take(crew, queue, pulse)) as taking:
            parts = beating, scheduling, taking
            await first_of(
                stop.wait(), connection.lost.wait(), asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            )
        if not stop.is_set():
            for part in parts:
                if part.done() and not part.cancelled():
                    part.result()
            raise ConnectionError("the connection to the database is lost")
        scheduler.shutdown.set()
        await asyncio.gather(
            crew.finish(GRACE_SECONDS),
            courier.finish(GRACE_SECONDS),
            asyncio.wait({scheduling}, timeout=GRACE_SECONDS),
        )


async def _take(crew: Crew, queue: Queries, pulse: Pulse) -> None:
    """Take jobs whenever one is announced or a place is free."""
    wake = asyncio.Event()

    def announced(payload: str | bytes | bytearray) -> None:
        if "insert" in str(payload):
            wake.set()

    crew.on_free = wake.set
    await queue.driver.add_listener(db_settings().channel, announced)
    while True:
        wake.clear()
        await crew.take(queue)
        pulse.beat()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOKED_FOR_EVERY_SECONDS):
                await wake.wait()


async def _beat(crew: Crew, queue: Queries) -> None:
    """Show that this worker lives. Also finds out when the connection is dead."""
    while True:
        await queue.update_heartbeat(crew.ids)
        await asyncio.sleep(HEARTBEAT_SECONDS)


@contextlib.asynccontextmanager
async def _background(part: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Run a part of the worker beside the block, and end it with it."""
    task = asyncio.create_task(part)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
