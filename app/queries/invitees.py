"""Who has an interview in their calendar, by the letters that were sent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.interviews import InterviewStatus
from app.models import Email, EmailOwner, Interview
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.SYSTEM)
async def interviews_to_come(session: AsyncSession, now: datetime, most: int) -> Sequence[UUID]:
    """List the next interviews that are arranged."""
    coming = select(Interview.id).where(Interview.status == InterviewStatus.ARRANGED, Interview.starts_at > now)
    return (await session.scalars(coming.order_by(Interview.starts_at, Interview.id).limit(most))).all()


@unfiltered(Reason.SYSTEM)
async def letters_about(session: AsyncSession, interview_id: UUID, kinds: Collection[str]) -> Sequence[Email]:
    """List the letters of these kinds about the interview, as they were sent; those that wait come last."""
    statement = select(Email).join(EmailOwner, EmailOwner.email_id == Email.id)
    about = statement.where(EmailOwner.owner_id == interview_id, Email.kind.in_(kinds))
    return (await session.scalars(about.order_by(Email.sent_at.asc().nulls_last(), Email.id))).all()
