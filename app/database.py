"""The engine and the transaction. No other file commits.

A transaction ends before the response is sent (decision 1): a dependency with `yield` would commit afterwards, and a
database crash in between would lose an acknowledged write.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm.exc import StaleDataError

from app.domain.actors import Actor
from app.domain.refusals.base import Refusal
from app.domain.refusals.catalogue import BY_CONSTRAINT
from app.domain.refusals.requests import ChangedAtOnce, StaleVersion, Unavailable
from app.settings import Settings

# Retrying helps after a deadlock, a serialisation failure or a lock timeout.
_RETRYABLE_SQLSTATES = frozenset({"40001", "40P01", "55P03", "57014"})
# The server is starting, stopping or out of connections; the driver does not class these as operational errors.
_UNREACHABLE_SQLSTATES = frozenset({"57P01", "57P02", "57P03", "53300", "08000", "08001", "08003", "08004", "08006"})


@dataclass
class Work:
    """The context of a use case: transaction, actor, time and settings. One for each request or job."""

    session: AsyncSession
    actor: Actor
    now: datetime
    settings: Settings
    publish_events: bool = False
    undo: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """Called when the transaction fails, to remove stored files that no row names."""
    afterwards: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """Called after the commit, before the response is sent; lost if the process dies in between."""


def asyncpg_url(url: str) -> str:
    """Convert a PostgreSQL URL for SQLAlchemy's asyncpg driver. Accepts `postgres://` and libpq's `sslmode`."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    query = dict(parsed.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return parsed.set(drivername="postgresql+asyncpg", query=query).render_as_string(hide_password=False)


class Database:
    """The database of the process: one engine."""

    def __init__(self, url: str, *, pool_size: int = 10, pool_timeout: float = 5.0) -> None:
        self.engine: AsyncEngine = create_async_engine(
            asyncpg_url(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_timeout,
            pool_pre_ping=True,
            pool_recycle=1800,
            # Errors are logged, and logs must not contain user input.
            hide_parameters=True,
            connect_args={
                "timeout": 5,
                "command_timeout": 30,
                "server_settings": {
                    "application_name": "centre-recognition",
                    "timezone": "UTC",
                    "lock_timeout": "5s",
                    "idle_in_transaction_session_timeout": "60s",
                },
            },
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    @classmethod
    def of(cls, settings: Settings) -> "Database":
        """Open the database of the settings."""
        assert settings.database_url is not None, "the command line fills in the embedded database's URL"
        return cls(
            settings.database_url.get_secret_value(),
            pool_size=settings.database_pool_size,
            pool_timeout=settings.database_pool_timeout_seconds,
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Commit when the block ends; roll back when it raises.

        Translates driver errors into `StaleVersion`, `Unavailable`, the refusal of a broken constraint, or
        `RefusedByDatabase`.
        """
        with _translate_errors():
            session = self._sessions()
            try:
                yield session
                await session.commit()
            except Refusal as refusal:
                if refusal.keeps_changes:
                    await session.commit()
                raise
            finally:
                # Inside the block, because rolling back a lost connection raises too.
                await session.close()

    async def fetch_alone(self, statement: str, *values: object) -> list[Mapping[str, Any]]:
        """Run one statement (with `$1`, `$2` …) in a separate transaction, directly on the driver; return its rows.

        One round trip and half the time of a session, for work on every request. Raises the same as `transaction()`.
        """
        with _translate_errors():
            async with self.engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                rows: list[Mapping[str, Any]] = await driver.fetch(statement, *values)
                return rows

    def count_statements(self, seen: list[str]) -> Any:
        """Append every statement to `seen` until the returned function is called."""

        def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
            seen.append(statement)

        event.listen(self.engine.sync_engine, "before_cursor_execute", note)
        return lambda: event.remove(self.engine.sync_engine, "before_cursor_execute", note)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Translate driver errors into refusals, or into `RefusedByDatabase`."""
    try:
        yield
    except StaleDataError as error:
        raise StaleVersion from error
    except IntegrityError as error:
        told = _broken_constraint(error)
        # The driver's message repeats the row, and logs must not contain user input.
        raise told from (error if isinstance(told, Refusal) else None)
    except (PoolTimeout, OperationalError, OSError, TimeoutError, asyncpg.InterfaceError) as error:
        raise Unavailable from error
    except asyncpg.PostgresError as error:
        if error.sqlstate in _RETRYABLE_SQLSTATES | _UNREACHABLE_SQLSTATES:
            raise Unavailable from error
        raise
    except DBAPIError as error:
        if _sqlstate(error) in _RETRYABLE_SQLSTATES | _UNREACHABLE_SQLSTATES or _connection_is_gone(error):
            raise Unavailable from error
        raise


def _connection_is_gone(error: DBAPIError) -> bool:
    # An interface error is either a lost connection, or a value that the driver cannot send: a bug, and a ValueError.
    cause = getattr(error.orig, "__cause__", None)
    return error.connection_invalidated or (isinstance(error, InterfaceError) and not isinstance(cause, ValueError))


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


class RefusedByDatabase(Exception):
    """A bug that a constraint or trigger stopped. The message names it, but not the row."""


def _broken_constraint(error: IntegrityError) -> Refusal | RefusedByDatabase:
    """Return the refusal for the loser of a race; anything else is a bug."""
    cause = getattr(error.orig, "__cause__", None)
    name = getattr(cause, "constraint_name", None) or ""
    if name in BY_CONSTRAINT:
        return BY_CONSTRAINT[name]()
    if _sqlstate(error) == "23505":
        return ChangedAtOnce()
    return RefusedByDatabase(getattr(cause, "message", None) or f"SQLSTATE {_sqlstate(error)}")
