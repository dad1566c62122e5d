"""Errors of the database and its drivers, told in the product's words."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from app.domain.refusals.base import Refusal
from app.domain.refusals.catalogue import BY_CONSTRAINT
from app.domain.refusals.requests import ChangedAtOnce, StaleVersion, Unavailable

# Retrying helps after a deadlock, a serialisation failure or a lock timeout.
_RETRYABLE_SQLSTATES = frozenset({"40001", "40P01", "55P03", "57014"})
# The server is starting, stopping or out of connections; the driver does not class these as operational errors.
_UNREACHABLE_SQLSTATES = frozenset({"57P01", "57P02", "57P03", "53300", "08000", "08001", "08003", "08004", "08006"})


class NotCommitted(Exception):
    """The transaction could not be committed, because a statement in it had failed."""


class CannotMigrate(Exception):
    """The migrations cannot be applied to this database, or not now; the message tells the operator why."""


@contextmanager
def translate_errors() -> Iterator[None]:
    """Translate driver errors into refusals, or into `RefusedByDatabase`."""
    try:
        yield
    except StaleDataError as error:
        raise StaleVersion from error
    except IntegrityError as error:
        told = _broken_constraint(error)
        # The driver's message repeats the row, and logs must not contain user input.
        raise told from (error if isinstance(told, Refusal) else None)
    except asyncpg.IntegrityConstraintViolationError as error:
        told = _told(error.constraint_name, error.sqlstate, error.message)
        raise told from (error if isinstance(told, Refusal) else None)
    except NotCommitted as error:
        raise RefusedByDatabase("a statement failed, and its error was swallowed") from error
    except asyncpg.DataError:
        # A value that the driver cannot send: a bug.
        raise
    except asyncpg.InterfaceError as error:
        if isinstance(error, ValueError):
            raise
        raise Unavailable from error
    except (OperationalError, OSError, TimeoutError, asyncpg.InternalClientError) as error:
        # The last is what the driver raises where the server said farewell just before the statement.
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
    cause = getattr(error.orig, "__cause__", None)
    return _told(getattr(cause, "constraint_name", None), _sqlstate(error), getattr(cause, "message", None))


def _told(constraint: str | None, sqlstate: str | None, message: str | None) -> Refusal | RefusedByDatabase:
    """Return the refusal for the loser of a race; anything else is a bug."""
    if constraint is not None and constraint in BY_CONSTRAINT:
        return BY_CONSTRAINT[constraint]()
    if sqlstate == "23505":
        return ChangedAtOnce()
    return RefusedByDatabase(message or f"SQLSTATE {sqlstate}")
