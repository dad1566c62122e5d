"""What the commands share: the operator as an actor, a transaction, and sentences about what went wrong."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from socket import gaierror
from typing import TypeVar

from asyncpg import PostgresError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from app.cli.runtime import CannotStart, Runtime, demand_right_database, opened, read_settings, with_database
from app.database import Work
from app.domain.actors import Actor, ActorKind
from app.domain.refusals.base import Refusal
from app.domain.refusals.input import InvalidInput
from app.domain.refusals.requests import Unavailable
from app.http.server import ServerError
from app.integrations.postgres import EmbeddedPostgresError
from app.integrations.storage import StorageError
from app.logs import configure_logs
from app.outbox import seal
from app.security.keys import UnsafeSettings

T = TypeVar("T")

OPERATOR = Actor(ActorKind.SYSTEM, name="The operator")
"""Whoever has the command line has the machine, and is asked for no permission."""


def in_database(action: Callable[[Runtime], Awaitable[T]]) -> T:
    """Carry out an action on the deployment's database, which is started for the time where it is the embedded one."""
    settings = read_settings()
    configure_logs("WARNING", json_lines=False)

    async def act() -> T:
        async with opened(ready) as runtime:
            await demand_right_database(runtime)
            return await action(runtime)

    with with_database(settings) as (ready, _):
        return asyncio.run(act())


@asynccontextmanager
async def operators_work(runtime: Runtime) -> AsyncIterator[Work]:
    """One transaction in which the operator acts."""
    async with runtime.database.transaction() as session:
        work = Work(session, OPERATOR, runtime.clock(), runtime.settings)
        yield work
        await seal(work)


def sentence_about(error: BaseException) -> str | None:
    """What to tell the operator; None for a fault of the program, which its traceback tells best."""
    match error:
        case CannotStart() | EmbeddedPostgresError() | UnsafeSettings() | ServerError() | StorageError():
            return str(error)
        case Unavailable(__cause__=BaseException() as cause):
            return f"The database cannot be used: {_first_line(cause)}"
        case InvalidInput():
            return " ".join(fault.detail for fault in error.errors)
        case Refusal():
            return error.detail
        case ValidationError():
            return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        case DBAPIError() | PostgresError() | ConnectionError() | TimeoutError() | gaierror():
            return f"The database cannot be used: {_first_line(error)}"
        case OSError():
            return ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)
    return None


def _first_line(error: BaseException) -> str:
    # SQLAlchemy's own text repeats the statement; the driver's says what happened.
    original = getattr(error, "orig", None) or error
    said = str(getattr(original, "__cause__", None) or original).strip()
    return said.splitlines()[0] if said else type(original).__name__
