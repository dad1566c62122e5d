"""Answers stored for a retry of the request."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models import IdempotentAnswer
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.OWN)
async def find_answer(session: AsyncSession, scope: str) -> IdempotentAnswer | None:
    """Find the answer stored under this scope, which includes the actor."""
    return await session.get(IdempotentAnswer, scope)
