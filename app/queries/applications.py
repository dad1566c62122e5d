"""Applications: found, locked and listed. Lists are in a fixed number of statements."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.workflow import Status
from app.models import Application, Recognition
from app.queries.application_rows import ApplicationRow, read_application_rows, select_rows
from app.queries.hot import Hot
from app.queries.hot_pages import HotPages
from app.queries.inbox import inbox_condition
from app.queries.locking import lock_row
from app.queries.merging import fetch_shown
from app.queries.paging import page_of
from app.queries.visibility import (
    Found,
    Reason,
    staff_only,
    staff_viewer,
    unfiltered,
    viewer,
    visible_to_staff_viewer,
    visible_to_viewer,
)
from app.schemas.applications import ApplicationQuery, CentreApplicationQuery


class FoundApplication(NamedTuple):
    """What a request about an application needs of it until it is locked."""

    id: UUID
    version: int
    reference: str
    centre_id: UUID
    centre_name: str
    status: Status
    centre_lead_id: UUID | None


AnyApplication: TypeAlias = Application | FoundApplication
_FIND = Hot(
    select(
        Application.id,
        Application.version,
        Application.reference,
        Application.centre_id,
        Application.centre_name,
        Application.status.label("status"),
        Application.centre_lead_id,
    ).where(Application.id == bindparam("application_id", type_=Uuid()), visible_to_viewer(Application.centre_id)),
    FoundApplication,
)


async def find_application(work: Work, ids: Mapping[str, UUID]) -> Found[FoundApplication] | None:
    """Find the application in the path, for staff and its own centre."""
    row = await _FIND.one(work.driver, application_id=ids["application_id"], **viewer(work.actor))
    return Found(row, row.centre_id) if row is not None else None


async def lock_application(session: AsyncSession, id_: UUID) -> Application:
    """Lock the row and read it afresh; every change of an application starts here."""
    return await lock_row(session, Application, id_)


@unfiltered(Reason.JUDGED)
async def find_open_application(session: AsyncSession, centre_id: UUID) -> Application | None:
    """Find the centre's application that has not ended."""
    found: Application | None = await session.scalar(
        select(Application).where(Application.centre_id == centre_id, Application.closed_at.is_(None))
    )
    return found


@unfiltered(Reason.JUDGED)
async def find_active_recognition(session: AsyncSession, centre_id: UUID) -> Recognition | None:
    """Find the centre's active recognition."""
    found: Recognition | None = await session.scalar(
        select(Recognition).where(Recognition.centre_id == centre_id, Recognition.ended_at.is_(None))
    )
    return found


_ROW = Application
_INBOX = HotPages(
    Application,
    select_rows,
    ApplicationRow,
    keys=[_ROW.status_since, _ROW.id],
    visible=visible_to_staff_viewer(),
    filters={
        "status": _ROW.status == bindparam("status", type_=_ROW.status.type),
        "status_since_before": _ROW.status_since < bindparam("status_since_before", type_=_ROW.status_since.type),
        "since_before": _ROW.status_since < bindparam("since_before", type_=_ROW.status_since.type),
    },
    leading={"status": _ROW.__table__.c.status},
)
_OF_CENTRE = HotPages(
    Application,
    select_rows,
    ApplicationRow,
    keys=[_ROW.started_at, _ROW.id],
    descending=True,
    visible=visible_to_viewer(_ROW.centre_id),
    filters={"centre_id": _ROW.centre_id == bindparam("centre_id", type_=Uuid())},
)


async def list_applications(work: Work, query: ApplicationQuery) -> tuple[list[ApplicationRow], str | None]:
    """List a page of the inbox: longest in its status first."""
    since = query.status_since_before is not None or query.since_before is not None
    several = len(query.status) + since > 1
    if query.text is not None or query.centre_lead_id is not None or query.late is not None or several:
        return await _choose_applications(work, query)
    return await _INBOX.page(
        work.driver,
        query,
        staff_viewer(work.actor),
        status=query.status[0] if query.status else None,
        status_since_before=query.status_since_before,
        since_before=query.since_before,
    )


async def _choose_applications(work: Work, query: ApplicationQuery) -> tuple[list[ApplicationRow], str | None]:
    """List a page by filters whose statement depends on how many rows each lets through."""
    page = page_of(query, [Application.status_since, Application.id])
    shown = await inbox_condition(work, query, page)
    statement = select(Application).where(staff_only(work.actor))
    found, cursor = await fetch_shown(work.session, statement, shown, page)
    rows = await read_application_rows(work, [each.id for each in found])
    return [rows[each.id] for each in found], cursor


async def list_centre_applications(
    work: Work, centre_id: UUID, query: CentreApplicationQuery
) -> tuple[list[ApplicationRow], str | None]:
    """List a page of one centre's applications, newest first."""
    return await _OF_CENTRE.page(work.driver, query, viewer(work.actor), centre_id=centre_id)
