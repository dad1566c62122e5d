"""Requests to change a centre's names, and what bears those names."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.name_changes import NameChangeStatus
from app.domain.sections import DetailsGroup
from app.domain.workflow import ACCEPTING
from app.models import Application, ApplicationDetails, NameChange
from app.queries.locking import lock_found, lock_row, locking
from app.queries.paging import fetch_page, page_of
from app.queries.visibility import Found, Reason, staff_only, unfiltered
from app.schemas.name_changes import NameChangeQuery


async def find_name_change(work: Work, ids: Mapping[str, UUID]) -> Found[NameChange] | None:
    """Find the request in the path, for staff."""
    statement = select(NameChange).where(NameChange.id == ids["name_change_id"], staff_only(work.actor))
    row = await work.session.scalar(statement)
    return Found(row) if row is not None else None


@unfiltered(Reason.JUDGED)
async def list_of_centre(session: AsyncSession, centre_id: UUID) -> Sequence[NameChange]:
    """List a centre's requests, newest first."""
    theirs = select(NameChange).where(NameChange.centre_id == centre_id)
    return (await session.scalars(theirs.order_by(NameChange.id.desc()))).all()


async def list_name_changes(work: Work, query: NameChangeQuery) -> tuple[list[NameChange], str | None]:
    """List a page of requests, newest first."""
    statement = select(NameChange).where(staff_only(work.actor))
    if query.status is not None:
        statement = statement.where(NameChange.status == query.status)
    return await fetch_page(work.session, statement, page_of(query, [NameChange.id], descending=True))


async def lock_name_change(session: AsyncSession, id_: UUID) -> NameChange:
    """Lock the request and read it afresh. Lock the centre first."""
    return await lock_row(session, NameChange, id_)


@unfiltered(Reason.JUDGED)
async def lock_pending(session: AsyncSession, centre_id: UUID) -> NameChange | None:
    """Lock the centre's request that waits for staff. Lock the centre first."""
    waiting = NameChange.status == NameChangeStatus.PENDING
    return await lock_found(session, select(NameChange).where(NameChange.centre_id == centre_id, waiting))


@unfiltered(Reason.JUDGED)
async def lock_named_applications(session: AsyncSession, centre_id: UUID, today: date) -> Sequence[Application]:
    """Lock the applications that bear the centre's names of today, the latest last: those in progress, those that can
    be reopened, and those accepted.

    Others keep the names that they ended with. Lock the centre first.
    """
    named = select(Application).where(
        Application.centre_id == centre_id,
        or_(
            Application.closed_at.is_(None),
            Application.reopenable_until >= today,
            Application.status.in_(sorted(ACCEPTING)),
        ),
    )
    statement = locking(named.order_by(Application.id), key_share=True)
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


@unfiltered(Reason.JUDGED)
async def lock_history(session: AsyncSession, application_id: UUID) -> ApplicationDetails | None:
    """Lock the group of the form that holds the trading name. Lock the application first."""
    theirs = (ApplicationDetails.application_id == application_id, ApplicationDetails.group == DetailsGroup.HISTORY)
    return await lock_found(session, select(ApplicationDetails).where(*theirs))
