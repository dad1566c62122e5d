"""Workers in this process, and what they have to do."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

from app import outbox
from app.database import Database
from app.jobs.means import Means
from app.jobs.worker import run_worker
from app.letters.passwords.changed import PasswordChanged
from app.settings import Settings
from app.settings.mail import Smtp
from tests.jobs.relay import Relay
from tests.world import World


def through(settings: Settings, relay: Relay, **others: object) -> Settings:
    """The settings of a worker that sends through the relay; `others` are settings of the relay."""
    smtp = Smtp.model_validate({"host": "127.0.0.1", "port": relay.port, "start_tls": False} | others)
    return settings.model_copy(update={"smtp": smtp})


@asynccontextmanager
async def working(
    means: Means, settings: Settings | None = None, database: Database | None = None
) -> AsyncIterator[asyncio.Event]:
    """A worker. Yields the event that tells it to stop, and stops it at the end."""
    stop = asyncio.Event()
    work = run_worker(database or means.database, settings or means.settings, means.store, means.clock, stop=stop)
    task = asyncio.create_task(work)
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(task, 30)


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for the condition. `AssertionError` when it takes longer."""

    async def ask() -> bool:
        return condition()

    await until_found(ask, seconds)


async def until_found(condition: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    """Wait until the condition, which may look into the database, holds."""
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, "the condition was not met in time"
        await asyncio.sleep(0.02)


async def owe(means: Means, world: World, number: int = 1) -> list[UUID]:
    """Queue letters; return their ids."""
    person = await world.person()
    async with means.work() as work:
        return await outbox.queue(work, *(PasswordChanged(person_id=person.id) for _ in range(number)))
