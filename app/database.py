"""The engine, the sessions and the transaction. This is the only file that says commit.

A transaction ends before the answer leaves: the caller of `transaction()` sends its answer after the block. A
dependency with `yield` would commit after the answer was sent, and a crash of the database in between loses an
acknowledged write.
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

# A deadlock or a serialisation failure is settled by trying again, and so is a lock that could not be had in time.
_RETRYABLE_SQLSTATES = frozenset({"40001", "40P01", "55P03", "57014"})
# The server goes down, comes up, or has no connection left; the driver does not call these operational errors.
_UNREACHABLE_SQLSTATES = frozenset({"57P01", "57P02", "57P03", "53300", "08000", "08001", "08003", "08004", "08006"})


@dataclass
class Work:
    """What every use case needs: the transaction, who acts, the time, and the settings. One for a request or a job."""

    session: AsyncSession
    actor: Actor
    now: datetime
    settings: Settings
    publish_events: bool = False
    undo: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """What to do when the transaction fails: a stored file that no row names is taken away."""
    afterwards: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """What to do once the transaction is committed and before the answer leaves; lost when the process dies between."""


def asyncpg_url(url: str) -> str:
    """Any PostgreSQL URL as SQLAlchemy's asyncpg driver wants it; `postgres://` and libpq's `sslmode` are accepted."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    query = dict(parsed.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return parsed.set(drivername="postgresql+asyncpg", query=query).render_as_string(hide_password=False)


class Database:
    """One engine for the process."""

    def __init__(self, url: str, *, pool_size: int = 10, pool_timeout: float = 5.0) -> None:
        self.engine: AsyncEngine = create_async_engine(
            asyncpg_url(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_timeout,
            pool_pre_ping=True,
            pool_recycle=1800,
            # Errors are logged, and what people typed has no place in a log.
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
        """The database that the settings name."""
        assert settings.database_url is not None, "the command line fills in the embedded database's URL"
        return cls(
            settings.database_url.get_secret_value(),
            pool_size=settings.database_pool_size,
            pool_timeout=settings.database_pool_timeout_seconds,
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Turns what the driver raises into `StaleVersion`, `Unavailable`, the refusal of a broken constraint, or
        `RefusedByDatabase`.
        """
        with _told_in_our_words():
            session = self._sessions()
            try:
                yield session
                await session.commit()
            except Refusal as refusal:
                if refusal.keeps_changes:
                    await session.commit()
                raise
            finally:
                # Within the block, for rolling back on a connection that is gone fails as well.
                await session.close()

    async def fetch_alone(self, statement: str, *values: object) -> list[Mapping[str, Any]]:
        """The rows of one statement (with `$1`, `$2` …) that is a transaction of its own, by the driver alone: one
        round trip, and half the time that a session takes. For what is done on every request.

        Raises what `transaction()` does.
        """
        with _told_in_our_words():
            async with self.engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                rows: list[Mapping[str, Any]] = await driver.fetch(statement, *values)
                return rows

    def count_statements(self, seen: list[str]) -> Any:
        """Append every statement that is sent to `seen`, until the returned function is called."""

        def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
            seen.append(statement)

        event.listen(self.engine.sync_engine, "before_cursor_execute", note)
        return lambda: event.remove(self.engine.sync_engine, "before_cursor_execute", note)

    async def close(self) -> None:
        """Give back every connection."""
        await self.engine.dispose()


@contextmanager
def _told_in_our_words() -> Iterator[None]:
    """Turn what the driver raises into a refusal, or `RefusedByDatabase`."""
    try:
        yield
    except StaleDataError as error:
        raise StaleVersion from error
    except IntegrityError as error:
        told = _broken_constraint(error)
        # What the driver says of a refused row repeats the row, and what people typed has no place in a log.
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
    # The driver's interface errors are of two kinds: a closed connection, and a value that it cannot send, which is a
    # fault of ours and a ValueError too.
    cause = getattr(error.orig, "__cause__", None)
    return error.connection_invalidated or (isinstance(error, InterfaceError) and not isinstance(cause, ValueError))


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


class RefusedByDatabase(Exception):
    """A fault of ours that a constraint or a trigger stopped; says which, and nothing of the row."""


def _broken_constraint(error: IntegrityError) -> Refusal | RefusedByDatabase:
    """The refusal for whoever lost a race; anything else is a fault of ours."""
    cause = getattr(error.orig, "__cause__", None)
    name = getattr(cause, "constraint_name", None) or ""
    if name in BY_CONSTRAINT:
        return BY_CONSTRAINT[name]()
    if _sqlstate(error) == "23505":
        return ChangedAtOnce()
    return RefusedByDatabase(getattr(cause, "message", None) or f"SQLSTATE {_sqlstate(error)}")
