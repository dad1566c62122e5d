"""Read a rate limit without counting."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import RateLimit
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.OWN)
async def find_due_at(session: AsyncSession, key: str) -> datetime | None:
    """Return when the counted requests will be used up; None if none was counted."""
    found: datetime | None = await session.scalar(select(RateLimit.due_at).where(RateLimit.key == key))
    return found
