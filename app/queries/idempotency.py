"""Answers that are kept for a repeat of the request."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models import IdempotentAnswer
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.OWN)
async def find_answer(session: AsyncSession, scope: str) -> IdempotentAnswer | None:
    """The answer kept under this scope, which holds the actor."""
    return await session.get(IdempotentAnswer, scope)
