"""Shared by the commands: the operator as an actor, a transaction, and one-line error messages."""

import asyncio
import getpass
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from socket import gaierror
from typing import TypeVar

from asyncpg import PostgresError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from app.cli.runtime import (
    CannotStart,
    Runtime,
    opened,
    read_settings,
    require_right_database,
    require_right_stores,
    with_database,
)
from app.database import Work
from app.database_errors import CannotMigrate
from app.database_roles import WORKER_ROLE
from app.domain.actors import Actor, ActorKind
from app.domain.refusals.base import Refusal
from app.domain.refusals.input import InvalidInput
from app.domain.refusals.requests import Unavailable
from app.domain.security_events import SecurityEventKind
from app.http.listening import ServerError
from app.integrations.postgres import EmbeddedPostgresError
from app.integrations.storage import StorageError
from app.logs import configure_logs
from app.security.keys import UnsafeSettings
from app.services import security_events

T = TypeVar("T")

OPERATOR = Actor(ActorKind.SYSTEM, name="The operator")
"""Permissions are not checked: whoever can run a command already controls the machine."""


def in_database(
    action: Callable[[Runtime], Awaitable[T]], *, with_store: bool = False, recorded_as: str | None = None
) -> T:
    """Run an action on the deployment's database, and on its document store. An embedded database is started first and
    stopped afterwards. A command that changes or shows what others may not is `recorded_as` a security event first."""
    settings = read_settings()
    configure_logs("WARNING", json_lines=False)

    async def act() -> T:
        async with opened(ready) as runtime:
            await (require_right_stores(runtime) if with_store else require_right_database(runtime))
            if recorded_as is not None:
                async with operators_work(runtime) as work:
                    detail = {"command": recorded_as, "account": _account()}
                    await security_events.record(work, SecurityEventKind.OPERATOR_COMMAND, detail=detail)
            return await action(runtime)

    with with_database(settings, WORKER_ROLE) as (ready, _):
        return asyncio.run(act())


@asynccontextmanager
async def operators_work(runtime: Runtime) -> AsyncIterator[Work]:
    """Open a transaction with the operator as the actor."""
    async with runtime.database.transaction() as session:
        work = Work(session, OPERATOR, runtime.clock(), runtime.settings)
        yield work


def _account() -> str:
    """The account of the machine that runs the command. In a container it may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def sentence_about(error: BaseException) -> str | None:
    """Return the error as one line for the operator, or None for a bug, which needs its traceback."""
    match error:
        case (
            CannotStart()
            | CannotMigrate()
            | EmbeddedPostgresError()
            | UnsafeSettings()
            | ServerError()
            | StorageError()
        ):
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
    # SQLAlchemy's message repeats the statement; the driver's gives the reason.
    original = getattr(error, "orig", None) or error
    message = str(getattr(original, "__cause__", None) or original).strip()
    return message.splitlines()[0] if message else type(original).__name__
