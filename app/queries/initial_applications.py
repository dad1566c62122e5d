"""Initial applications and their checks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, and_, any_, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.due_diligence import DueDiligenceCheckKey
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.working_days import end_of_day
from app.models import DueDiligenceCheck, InitialApplication, InitialApplicationCorrection
from app.models.initial_applications import WAITING
from app.queries.locking import lock_row, locking_free
from app.queries.merging import Shown, fetch_shown, merge, merge_over, one_of, rarest_of
from app.queries.paging import Page, page_of
from app.queries.search import INITIAL_APPLICATIONS, search
from app.queries.visibility import Found, Reason, staff_only, unfiltered
from app.schemas.initial_applications import InitialApplicationQuery


async def find_initial_application(work: Work, ids: Mapping[str, UUID]) -> Found[InitialApplication] | None:
    """Find the initial application in the path, for staff."""
    row = await work.session.scalar(
        select(InitialApplication).where(InitialApplication.id == ids["initial_application_id"], staff_only(work.actor))
    )
    return Found(row) if row is not None else None


async def lock_initial_application(session: AsyncSession, id_: UUID) -> InitialApplication:
    """Lock the row and read it afresh."""
    return await lock_row(session, InitialApplication, id_)


@unfiltered(Reason.RULE)
async def get_by_fingerprint(session: AsyncSession, fingerprint: bytes) -> InitialApplication:
    """Get the identical initial application that was not declined (R02)."""
    found = await session.scalars(
        select(InitialApplication).where(
            InitialApplication.fingerprint == fingerprint,
            InitialApplication.status != InitialApplicationStatus.DECLINED,
        )
    )
    return found.one()


async def list_initial_applications(
    work: Work, query: InitialApplicationQuery
) -> tuple[list[InitialApplication], str | None]:
    """List a page of initial applications, the oldest first."""
    page = page_of(query, [InitialApplication.received_at, InitialApplication.id])
    shown = await _shown(work, query, page)
    return await fetch_shown(work.session, select(InitialApplication).where(staff_only(work.actor)), shown, page)


async def _shown(work: Work, query: InitialApplicationQuery, page: Page) -> Shown:
    """Find the rows of the page."""
    row = InitialApplication
    waiting, settled = literal_column(f"({WAITING})", Boolean()), literal_column(f"(NOT ({WAITING}))", Boolean())
    indexed = [] if query.status is None else [row.status == query.status]
    if query.log_in_details_due_before is not None:
        last = query.log_in_details_due_before - timedelta(days=1)
        indexed.append(and_(waiting, row.log_in_details_due_at <= end_of_day(last)))
    if query.due_by is not None:
        indexed.append(and_(waiting, row.log_in_details_due_at <= end_of_day(query.due_by)))
    if query.late:
        indexed.append(and_(waiting, row.log_in_details_due_at <= work.now))
    in_time = [settled, and_(waiting, row.log_in_details_due_at > work.now)]
    filters = [*indexed, or_(*in_time)] if query.late is False else indexed
    narrow = [select(row.id).where(each) for each in indexed]
    if query.text is not None:
        return await search(work.session, INITIAL_APPLICATIONS, query.text, page, filters, narrow)
    few = await rarest_of(work.session, narrow) if len(narrow) > (query.status is not None) else None
    if few is not None:
        return Shown(and_(one_of(row.id, few), *filters))
    part = select(row.received_at, row.id)
    if query.late is False:
        return Shown(one_of(row.id, merge(page, [part.where(each, *indexed) for each in in_time])))
    if query.status is not None:
        return Shown(one_of(row.id, merge_over(page, row.status, [query.status.value], part.where(*indexed[1:]))))
    return Shown(and_(True, *filters), by_id=False)


@unfiltered(Reason.SYSTEM)
async def list_late(session: AsyncSession, now: datetime) -> Sequence[InitialApplication]:
    """Lock and list those whose log-in details are late and not yet reported (R05)."""
    late = (
        select(InitialApplication)
        .where(
            InitialApplication.log_in_details_sent_at.is_(None),
            InitialApplication.status != InitialApplicationStatus.DECLINED,
            InitialApplication.log_in_details_due_at <= now,
            InitialApplication.late_alert_sent_at.is_(None),
        )
        .order_by(InitialApplication.received_at)
        .limit(200)
    )
    rows = await session.scalars(locking_free(late, InitialApplication))
    return rows.all()


_VOIDED = (
    select(InitialApplicationCorrection.id)
    .where(
        InitialApplicationCorrection.initial_application_id == DueDiligenceCheck.initial_application_id,
        DueDiligenceCheck.id == any_(InitialApplicationCorrection.voided_checks),
    )
    .exists()
)


class RecordedCheck(NamedTuple):
    """A recorded check, and whether it counts: no correction has changed what it looked at."""

    row: DueDiligenceCheck
    counts: bool


@unfiltered(Reason.JUDGED)
async def list_checks(session: AsyncSession, initial_application_id: UUID) -> Sequence[RecordedCheck]:
    """List every recorded check, the oldest first."""
    check = DueDiligenceCheck
    rows = await session.execute(
        select(check, ~_VOIDED)
        .where(check.initial_application_id == initial_application_id)
        .order_by(check.recorded_at, check.id)
    )
    return [RecordedCheck(row[0], row[1]) for row in rows]


@unfiltered(Reason.JUDGED)
async def list_corrections(
    session: AsyncSession, initial_application_id: UUID
) -> Sequence[InitialApplicationCorrection]:
    """List every correction, the oldest first."""
    row = InitialApplicationCorrection
    mine = select(row).where(row.initial_application_id == initial_application_id).order_by(row.id)
    return (await session.scalars(mine)).all()


@unfiltered(Reason.JUDGED)
async def checks_of(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, set[DueDiligenceCheckKey]]:
    """The checks of each of these that are recorded and count; none without any id, and then nothing is read."""
    checked: defaultdict[UUID, set[DueDiligenceCheckKey]] = defaultdict(set)
    if ids:
        check = DueDiligenceCheck
        found = select(check.initial_application_id, check.check).where(check.initial_application_id.in_(ids), ~_VOIDED)
        for id_, key in await session.execute(found.distinct()):
            checked[id_].add(key)
    return checked
