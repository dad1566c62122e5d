"""Locks that a transaction holds to its end: row locks, and advisory locks where there is no row to lock.

`FOR UPDATE` stands in this module only.
"""

from enum import IntEnum
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, GenerativeSelect, Select, Text, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import LeasedSession
from app.models.base import Base, HasId
from app.queries.hot import Hot

FoundT = TypeVar("FoundT", bound=Base)
RowT = TypeVar("RowT", bound=HasId)
SelectT = TypeVar("SelectT", bound=GenerativeSelect)


class Turn(IntEnum):
    """The register of advisory locks: one transaction of the deployment at a time holds each.

    Never change a number: two releases that run side by side must use the same one.
    """

    MIGRATION = 4_201_126
    PUBLICATION = 4_201_127
    BOOTSTRAP = 4_201_128
    ASSIGNMENT = 4_201_129
    PURPOSE = 4_201_130
    SANDBOX = 4_201_131
    DOCUMENT = 4_201_132
    ENQUEUE_PUBLICATION = 4_201_133
    BANK_STATEMENTS = 4_201_140


class _Taken(NamedTuple):
    taken: str


_TURN = bindparam("turn", type_=BigInteger())
_TAKE = Hot(select(func.pg_advisory_xact_lock(_TURN, type_=Text()).label("taken")), _Taken)


async def take_turn(session: LeasedSession, turn: Turn) -> None:
    """Wait for an advisory lock from the register, and hold it until the transaction ends."""
    session.holds_turn = True
    await session.start()
    await _TAKE.one(session.driver, turn=turn.value)


async def lock_row(session: AsyncSession, model: type[RowT], id_: UUID, *, key_share: bool = False) -> RowT:
    """Lock the row and read it afresh. With `key_share`, others can still add rows that point to it."""
    statement = select(model).where(model.id == id_).with_for_update(key_share=key_share)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def lock_found(session: AsyncSession, statement: Select[FoundT]) -> FoundT | None:
    """Lock the row that the statement finds and read it afresh; None where it finds none.

    Not `Session.get`: where the row was read earlier in this transaction and changed since, that raises
    `StaleDataError`, so the caller could neither be told the current version nor send `*`.
    """
    row: FoundT | None = await session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    return row


def locking(statement: SelectT, *models: type[Base], key_share: bool = False) -> SelectT:
    """Lock every row that the statement reads, or those of `models`, in their order. Order rows by id, so that two
    callers cannot deadlock. With `key_share`, others can still add rows that point to them."""
    return statement.with_for_update(of=models or None, key_share=key_share)


def locking_free(statement: SelectT, model: type[Base]) -> SelectT:
    """Lock the rows of `model` that nobody holds and skip the others, so that workers can share the list."""
    return statement.with_for_update(of=model, skip_locked=True)


def keeping(statement: SelectT, model: type[Base]) -> SelectT:
    """Keep the rows of `model` from being changed until the transaction ends; others may do the same."""
    return statement.with_for_update(of=model, read=True)
