"""What every command needs before it can do anything: settings, a database, and sentences in the place of
tracebacks."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from alembic import command
from alembic.config import Config
from anyio import to_thread
from pydantic import SecretStr, ValidationError
from sqlalchemy.exc import ArgumentError

from app.clock import Clock, SandboxClock, system_clock
from app.database import Database, asyncpg_url
from app.integrations.postgres import EmbeddedPostgresError, start_embedded
from app.integrations.storage import DocumentStore, open_store
from app.jobs.queue_connection import connect, first_of
from app.queries.operations import applied_revisions
from app.services.operations.probes import behind
from app.services.sandbox.purpose import demand_purpose
from app.settings import Settings, get_settings

if TYPE_CHECKING:
    # It needs what Windows does not have, where a command is to say so and not to break.
    from app.integrations.postgres.embedded import RunningPostgres

log = structlog.get_logger(__name__)

_MIGRATIONS = Path(__file__).parents[2] / "migrations"


class CannotStart(Exception):
    """Something that the operator can mend; the message says what."""


@dataclass(frozen=True)
class Runtime:
    """A database with its settings, the document store and the clock, for as long as a command runs."""

    settings: Settings
    database: Database
    store: DocumentStore
    clock: Clock


def read_settings() -> Settings:
    """The settings of the environment and the settings file. Raises `CannotStart`, naming each that is wrong and
    never its value."""
    try:
        return get_settings()
    except ValidationError as error:
        faults = [
            f"{'__'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}" for fault in error.errors()
        ]
        raise CannotStart("The settings cannot be read: " + "; ".join(faults)) from error
    except OSError as error:
        raise CannotStart(f"SETTINGS_FILE cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CannotStart(f"SETTINGS_FILE cannot be read: {error}") from error


@contextlib.contextmanager
def with_database(settings: Settings) -> Iterator[tuple[Settings, "RunningPostgres | None"]]:
    """The settings with a database's address: the operator's own, or that of the embedded one, which runs meanwhile.

    Several processes share one embedded database, and the last one to leave stops it. Raises `EmbeddedPostgresError`
    and `CannotStart`.
    """
    if settings.database_url is not None:
        try:
            asyncpg_url(settings.database_url.get_secret_value())
        except ArgumentError as error:
            raise CannotStart("DATABASE_URL is not the address of a database.") from error
        yield settings, None
        return
    with start_embedded(settings.data_dir / "postgres") as postgres:
        yield settings.model_copy(update={"database_url": SecretStr(postgres.url)}), postgres


@contextlib.asynccontextmanager
async def opened(settings: Settings, *, clock: Clock = system_clock) -> AsyncIterator[Runtime]:
    """Connections and the store, closed at the end."""
    database = Database.of(settings)
    kept = SandboxClock(clock) if settings.sandbox else clock
    try:
        yield Runtime(settings, database, open_store(settings), kept)
    finally:
        await database.close()


def migrate(settings: Settings) -> None:
    """Bring the database to this release's tables. Several processes that do so at once take turns; not from within
    a running loop."""
    assert settings.database_url is not None
    # What it has to say is said by whoever called it.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["database_url"] = settings.database_url.get_secret_value()
    command.upgrade(config, "head")


async def demand_migrated(database: Database) -> None:
    """Raises `CannotStart` where a migration is missing."""
    async with database.transaction() as session:
        applied = await applied_revisions(session)
    if behind(applied):
        raise CannotStart("The database is not at this release's tables: run 'python -m app migrate' first.")


async def demand_right_database(runtime: Runtime) -> None:
    """Raises `CannotStart` where a migration is missing, and `UnsafeSettings` where the sandbox is on and the database
    is none, or the other way round."""
    await demand_migrated(runtime.database)
    await demand_purpose(runtime.database, runtime.settings, runtime.clock)
    if runtime.settings.sandbox:
        log.warning("sandbox_is_on", meaning="anybody who reaches this can delete everything")


async def keep_running(postgres: "RunningPostgres", database: Database, stop: asyncio.Event) -> None:
    """Start the embedded database again whenever it goes away, until `stop` is set."""
    while not stop.is_set():
        with contextlib.suppress(Exception):
            async with connect(database) as connection:
                await first_of(stop.wait(), connection.lost.wait())
        if stop.is_set():
            return
        log.warning("embedded_database_gone")
        try:
            await to_thread.run_sync(postgres.ensure_running)
        except EmbeddedPostgresError as error:
            log.error("embedded_database_not_restarted", reason=str(error))
            await asyncio.sleep(1)
