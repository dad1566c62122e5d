"""Taking turns: a row read under its lock, and locks on what has no row of its own."""

from enum import IntEnum
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import HasId

RowT = TypeVar("RowT", bound=HasId)


class Turn(IntEnum):
    """What is done by one transaction at a time in the whole deployment. The numbers are chosen once: every release has
    to agree on them."""

    PUBLICATION = 4_201_127
    BOOTSTRAP = 4_201_128
    ASSIGNMENT = 4_201_129
    PURPOSE = 4_201_130
    SANDBOX = 4_201_131


async def take_turn(session: AsyncSession, turn: Turn) -> None:
    """Wait until nobody else does this, and keep others waiting until the transaction ends."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": turn.value})


async def take_turn_for(session: AsyncSession, digest: bytes) -> None:
    """As `take_turn`, for what a SHA-256 digest stands for: something that has no row yet."""
    number = int.from_bytes(digest[:8], "big", signed=True)
    await session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": number})


async def lock_row(session: AsyncSession, model: type[RowT], id_: UUID, *, key_share: bool = False) -> RowT:
    """The row as it is now, locked until the transaction ends; with `key_share`, rows that only point to it can still
    be added meanwhile.

    A SELECT, and not `Session.get`: where the row was read before in this transaction and somebody has changed it
    since, that one raises `StaleDataError` by itself, and the caller could neither be told the current version nor
    send `*`.
    """
    statement = select(model).where(model.id == id_).with_for_update(key_share=key_share)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()
