"""Recommendations on an application."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Recommendation, Submission
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.JUDGED)
async def list_recommendations(session: AsyncSession, application_id: UUID) -> Sequence[tuple[Recommendation, int]]:
    """List every recommendation with the number of the submission that it judged, oldest first."""
    rows = await session.execute(
        select(Recommendation, Submission.number)
        .join(Submission, Submission.id == Recommendation.submission_id)
        .where(Recommendation.application_id == application_id)
        .order_by(Recommendation.recommended_at, Recommendation.id)
    )
    return [(recommendation, number) for recommendation, number in rows]


@unfiltered(Reason.JUDGED)
async def last_recommendation(session: AsyncSession, application_id: UUID) -> tuple[Recommendation, int] | None:
    """Find the recommendation to decide on, with the number of the submission that it judged."""
    rows = await session.execute(
        select(Recommendation, Submission.number)
        .join(Submission, Submission.id == Recommendation.submission_id)
        .where(Recommendation.application_id == application_id)
        .order_by(Recommendation.recommended_at.desc(), Recommendation.id.desc())
        .limit(1)
    )
    found = rows.one_or_none()
    return (found[0], found[1]) if found is not None else None
