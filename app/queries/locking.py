"""Reading a row under its lock."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import HasId

RowT = TypeVar("RowT", bound=HasId)


async def lock_row(session: AsyncSession, model: type[RowT], id_: UUID) -> RowT:
    """The row as it is now, locked until the transaction ends.

    A SELECT, and not `Session.get`: where the row was read before in this transaction and somebody has changed it
    since, that one raises `StaleDataError` by itself, and the caller could neither be told the current version nor
    send `*`.
    """
    statement = select(model).where(model.id == id_).with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(statement)).one()
