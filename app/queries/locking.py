"""Locks that a transaction holds to its end: on rows, and advisory ones on what has no row."""

from enum import IntEnum
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import Base, HasId

FoundT = TypeVar("FoundT", bound=Base)
RowT = TypeVar("RowT", bound=HasId)


class Turn(IntEnum):
    """The register of advisory locks: what one transaction at a time does in the whole deployment.

    A number is chosen once, because two releases that run side by side have to agree on it.
    """

    MIGRATION = 4_201_126
    PUBLICATION = 4_201_127
    BOOTSTRAP = 4_201_128
    ASSIGNMENT = 4_201_129
    PURPOSE = 4_201_130
    SANDBOX = 4_201_131
    DOCUMENT = 4_201_132


async def take_turn(session: AsyncSession, turn: Turn | bytes, *, wait: bool = True) -> bool:
    """Take an advisory lock: one of the register, or that of a SHA-256 digest, for what has no row yet.

    Without `wait`, return False when another transaction holds it.
    """
    number = int.from_bytes(turn[:8], "big", signed=True) if isinstance(turn, bytes) else turn.value
    if wait:
        await session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": number})
        return True
    return bool(await session.scalar(text("SELECT pg_try_advisory_xact_lock(:turn)"), {"turn": number}))


async def lock_row(session: AsyncSession, model: type[RowT], id_: UUID, *, key_share: bool = False) -> RowT:
    """Lock the row, as it is now. With `key_share`, rows that only point to it can still be added meanwhile."""
    statement = select(model).where(model.id == id_).with_for_update(key_share=key_share)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def lock_found(session: AsyncSession, statement: Select[FoundT]) -> FoundT | None:
    """Lock the row that the statement finds, as it is now; None where it finds none.

    A SELECT rather than `Session.get`: that one raises `StaleDataError` where the row was read before in this
    transaction and somebody has changed it since, so the caller could neither be told the current version nor send
    `*`.
    """
    locked = statement.with_for_update().execution_options(populate_existing=True)
    found: FoundT | None = await session.scalar(locked)
    return found
