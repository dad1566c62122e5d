"""Which applications the inbox shows: every combination of filters at the cost of a page."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select

from app.database import Work
from app.domain.workflow import Status
from app.models import Application
from app.queries.merging import Ids, each_of, merge, merge_over, one_of, rarest_of
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
    few = await rarest_of(work.session, narrow) if len(narrow) > 1 else None
    if few is not None:
        return and_(one_of(row.id, few), *filters)
    if query.centre_lead_id is not None or len(query.status) > 1:
        return one_of(row.id, _by_status(page, query.status or list(Status), filters))
    if query.late is False:
        return one_of(row.id, await _in_time(work, page, indexed, filters))
    return and_(True, *filters)


async def _in_time(
    work: Work, page: Page, indexed: Sequence[ColumnElement[bool]], filters: Sequence[ColumnElement[bool]]
) -> Ids:
    """Select from two lists: those without a deadline, and those whose deadline lies ahead, which are usually few."""
    row = Application
    ahead = await rarest_of(work.session, [select(row.id).where(row.due_at > work.now, *indexed)])
    running = one_of(row.id, ahead) if ahead is not None else and_(row.due_at.is_not(None), *filters)
    part = select(row.status_since, row.id)
    return merge(page, [part.where(row.due_at.is_(None), *filters), part.where(running, *filters)])


def _by_status(page: Page, statuses: Sequence[Status], filters: Sequence[ColumnElement[bool]]) -> Ids:
    row = Application
    each = each_of([status.value for status in statuses])
    return merge_over(page, each, select(row.status_since, row.id).where(row.status == each.c.value, *filters))
