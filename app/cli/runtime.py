"""Set up a command: read the settings, open the database, and report errors without a traceback."""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from alembic import command
from alembic.config import Config
from anyio import to_thread
from pydantic import SecretStr
from sqlalchemy.exc import ArgumentError

from app.clock import Clock, SandboxClock, system_clock
from app.database import Database
from app.database_url import asyncpg_url
from app.integrations.postgres import EmbeddedPostgresError, start_embedded
from app.integrations.storage import DocumentStore, open_store
from app.jobs.queue_connection import connect, first_of
from app.queries.operations import applied_revisions
from app.services.operations.probes import behind
from app.services.operations.production_checks import faults_in_production
from app.services.sandbox.purpose import require_purpose
from app.services.stored_files.ties import tie_store
from app.settings import InvalidSettings, Settings, beside, get_settings, misspelt

if TYPE_CHECKING:
    # Its imports fail on Windows, where a command must report that instead of crashing.
    from app.integrations.postgres.embedded import RunningPostgres

log = structlog.get_logger(__name__)

_MIGRATIONS = Path(__file__).parents[2] / "migrations"


class CannotStart(Exception):
    """The operator has to put something right before the command can run; the message says what."""


@dataclass(frozen=True)
class Runtime:
    """The settings, database, document store and clock of a running command."""

    settings: Settings
    database: Database
    store: DocumentStore
    clock: Clock


def read_settings() -> Settings:
    """Read the settings from the environment and the settings file, and warn of variables that look misspelt.

    Raises `CannotStart`, which names every fault but never a value. What production asks for is in the same report.
    """
    hints = misspelt(os.environ)
    try:
        settings = get_settings()
    except InvalidSettings as error:
        faults = [*error.faults, *beside(error.faults, faults_in_production(error.usable))]
        lines = [*map(str, faults), *hints]
        raise CannotStart("\n- ".join(["The settings cannot be used:", *lines])) from error
    for hint in hints:
        print(f"warning: {hint}", file=sys.stderr)
    return settings


@contextlib.contextmanager
def with_database(settings: Settings, role: str | None = None) -> Iterator[tuple[Settings, "RunningPostgres | None"]]:
    """Yield the settings with a database URL, running the embedded database if the operator configured none.

    Processes share one embedded database; the last to leave stops it. They log in to it as `role`, or as the owner.
    Raises `EmbeddedPostgresError` and `CannotStart`.
    """
    if settings.database_url is not None:
        try:
            asyncpg_url(settings.database_url.get_secret_value())
        except ArgumentError as error:
            raise CannotStart("DATABASE_URL is not a database URL.") from error
        yield settings, None
        return
    with start_embedded(settings.data_dir / "postgres") as postgres:
        url = postgres.url if role is None else postgres.url_as(role)
        yield settings.model_copy(update={"database_url": SecretStr(url)}), postgres


@contextlib.asynccontextmanager
async def opened(
    settings: Settings, *, clock: Clock = system_clock, command_timeout: float | None = 30
) -> AsyncIterator[Runtime]:
    """Open the connection pool and the document store; close the pool at the end."""
    database = Database.of(settings, command_timeout=command_timeout)
    kept = SandboxClock(clock) if settings.sandbox else clock
    try:
        yield Runtime(settings, database, open_store(settings), kept)
    finally:
        await database.close()


def migrate(settings: Settings) -> None:
    """Apply this release's migrations. Concurrent callers take turns. Do not call this from a running event loop."""
    assert settings.database_url is not None
    # Silence Alembic; the caller reports progress.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["database_url"] = settings.database_url.get_secret_value()
    command.upgrade(config, "head")


async def require_migrated(database: Database) -> None:
    """Raise `CannotStart` if a migration has not been applied."""
    async with database.transaction() as session:
        applied = await applied_revisions(session)
    if behind(applied):
        raise CannotStart("The database lacks this release's migrations: run 'python -m app migrate' first.")


async def require_right_database(runtime: Runtime) -> None:
    """Raise `CannotStart` if a migration is missing, and `UnsafeSettings` if `SANDBOX` does not match the database."""
    await require_migrated(runtime.database)
    await require_purpose(runtime.database, runtime.settings, runtime.clock)
    if runtime.settings.sandbox:
        log.warning("sandbox_is_on", meaning="anyone who can reach this server can delete everything")


async def require_right_stores(runtime: Runtime) -> None:
    """As `require_right_database`, and raise `WrongStore` if the document store is not that of the database."""
    await require_right_database(runtime)
    await tie_store(runtime.database, runtime.store, runtime.clock)


async def keep_running(postgres: "RunningPostgres", database: Database, stop: asyncio.Event) -> None:
    """Restart the embedded database whenever it stops, until `stop` is set."""
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
