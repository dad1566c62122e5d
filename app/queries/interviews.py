"""Interviews of an application."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.interviews import InterviewStatus
from app.models import Application, Interview
from app.queries.locking import lock_row
from app.queries.visibility import Found, Reason, unfiltered, visible_to


async def find_interview(work: Work, ids: Mapping[str, UUID]) -> Found[Interview] | None:
    """Find the interview in the path, for staff and its own centre."""
    found = await work.session.execute(
        select(Interview, Application.centre_id)
        .join(Application, Application.id == Interview.application_id)
        .where(
            Interview.id == ids["interview_id"],
            Interview.application_id == ids["application_id"],
            visible_to(work.actor, Application.centre_id),
        )
    )
    row = found.one_or_none()
    return Found(*row) if row is not None else None


async def lock_interview(session: AsyncSession, id_: UUID) -> Interview:
    """Lock the row and read it afresh."""
    return await lock_row(session, Interview, id_)


@unfiltered(Reason.JUDGED)
async def list_interviews(session: AsyncSession, application_id: UUID) -> Sequence[Interview]:
    """List every interview in the order of arrangement."""
    rows = await session.scalars(
        select(Interview)
        .where(Interview.application_id == application_id)
        .order_by(Interview.arranged_at, Interview.id)
    )
    return rows.all()


@unfiltered(Reason.RULE)
async def open_interviews_of(session: AsyncSession, application_ids: Sequence[UUID]) -> Sequence[UUID]:
    """List the interviews of these applications that are still arranged."""
    rows = await session.scalars(
        select(Interview.id)
        .where(Interview.application_id.in_(application_ids), Interview.status == InterviewStatus.ARRANGED)
        .order_by(Interview.id)
    )
    return rows.all()
