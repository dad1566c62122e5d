"""Load rows by primary key, through a foreign key of a row in hand."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Base
from app.queries.visibility import Reason, unfiltered

RowT = TypeVar("RowT", bound=Base)


@unfiltered(Reason.JUDGED)
async def get_row(session: AsyncSession, model: type[RowT], id_: UUID | None) -> RowT:
    """Load the row that a foreign key names, from the session if it was read before."""
    return await session.get_one(model, id_)


@unfiltered(Reason.JUDGED)
async def find_row(session: AsyncSession, model: type[RowT], id_: UUID | None) -> RowT | None:
    """As `get_row`; None where the key is null or names nothing."""
    return await session.get(model, id_) if id_ is not None else None
