"""Reviews and their items."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.models import Application, ReturnItem, Review, Submission
from app.queries.visibility import Found, Reason, unfiltered, visible_to


async def find_return_item(work: Work, ids: Mapping[str, UUID]) -> Found[ReturnItem] | None:
    """Find the item in the path, for staff and its own centre."""
    row = (
        await work.session.execute(
            select(ReturnItem, Application.centre_id)
            .join(Application, Application.id == ReturnItem.application_id)
            .where(
                ReturnItem.id == ids["item_id"],
                Application.id == ids["application_id"],
                visible_to(work.actor, Application.centre_id),
            )
        )
    ).one_or_none()
    return Found(row[0], row[1]) if row is not None else None


@unfiltered(Reason.JUDGED)
async def list_items(session: AsyncSession, application_id: UUID) -> Sequence[ReturnItem]:
    """List every item, newest return first."""
    rows = await session.scalars(
        select(ReturnItem)
        .join(Review, Review.id == ReturnItem.review_id)
        .where(ReturnItem.application_id == application_id)
        .order_by(Review.reviewed_at.desc(), Review.id.desc(), ReturnItem.number)
    )
    return rows.all()


@unfiltered(Reason.JUDGED)
async def list_current_items(session: AsyncSession, application_id: UUID) -> Sequence[ReturnItem]:
    """List the items of the last return, which are the ones to answer."""
    last = (
        select(Review.id)
        .where(Review.application_id == application_id)
        .order_by(Review.reviewed_at.desc(), Review.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = await session.scalars(select(ReturnItem).where(ReturnItem.review_id == last).order_by(ReturnItem.number))
    return rows.all()


@unfiltered(Reason.JUDGED)
async def list_reviews(session: AsyncSession, application_id: UUID) -> Sequence[tuple[Review, int]]:
    """List every review with the number of the submission it judged, oldest first."""
    rows = await session.execute(
        select(Review, Submission.number)
        .join(Submission, Submission.id == Review.submission_id)
        .where(Review.application_id == application_id)
        .order_by(Review.reviewed_at, Review.id)
    )
    return [(review, number) for review, number in rows]
