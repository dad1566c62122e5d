"""Which applications the inbox shows: every combination of filters at the cost of a page."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Uuid, and_, literal, or_, select

from app.database import Work
from app.domain.workflow import Status
from app.models import Application
from app.queries.merging import Ids, merge, merge_over, one_of, rarest_of
from app.queries.paging import Page
from app.queries.search import APPLICATIONS, search
from app.schemas.applications import ApplicationQuery


async def inbox_condition(work: Work, query: ApplicationQuery, page: Page) -> ColumnElement[bool]:
    """Return a condition that holds for the applications of the page, and that an index answers in order."""
    row = Application
    indexed: list[ColumnElement[bool]] = []
    filters = [row.status_since < before for before in (query.status_since_before, query.since_before) if before]
    if query.status:
        indexed.append(row.status.in_(query.status))
    if query.centre_lead_id is not None:
        indexed.append(row.centre_lead_id == query.centre_lead_id)
    if query.late:
        indexed.append(row.due_at <= work.now)
    if query.late is False:
        filters.append(or_(row.due_at.is_(None), row.due_at > work.now))
    filters = [*indexed, *filters]
    narrow = [select(row.id).where(each) for each in indexed]
    if query.text is not None:
        return await search(work.session, APPLICATIONS, query.text, page, filters, narrow)
    few = await rarest_of(work.session, narrow) if len(narrow) > 1 or query.late else None
    if few is not None:
        return and_(one_of(row.id, few), *filters)
    if query.late is False:
        return await _in_time(work, query, page, indexed, filters)
    return one_of(row.id, _by_status(query, page, filters)) if indexed else and_(True, *filters)


async def _in_time(
    work: Work,
    query: ApplicationQuery,
    page: Page,
    indexed: Sequence[ColumnElement[bool]],
    filters: Sequence[ColumnElement[bool]],
) -> ColumnElement[bool]:
    """Match those without a deadline, and those whose deadline lies ahead, which are usually few."""
    row = Application
    few = await rarest_of(work.session, [select(row.id).where(row.due_at > work.now, *indexed)])
    running = few if few is not None else _by_status(query, page, [row.due_at.is_not(None), *filters])
    without = _by_status(query, page, [row.due_at.is_(None), *filters])
    part = select(row.status_since, row.id).where(*filters)
    return one_of(row.id, merge(page, [part.where(one_of(row.id, ids)) for ids in (running, without)]))


def _by_status(query: ApplicationQuery, page: Page, filters: Sequence[ColumnElement[bool]]) -> Ids:
    row = Application
    values = [status.value for status in query.status or Status]
    part = select(row.status_since, row.id).where(*filters)
    lead = query.centre_lead_id
    within = [(row.centre_lead_id, literal(lead, Uuid()))] if lead is not None else []
    return merge_over(page, row.__table__.c.status, values, part, within)
