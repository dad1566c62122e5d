"""Which applications the inbox shows: every combination of filters at the cost of a page."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select

from app.database import Work
from app.domain.workflow import Status
from app.models import Application
from app.queries.merging import FAR, Ids, Shown, merge_over, one_of, rarest_of
from app.queries.paging import Page
from app.queries.search import APPLICATIONS, search
from app.schemas.applications import ApplicationQuery


async def inbox_condition(work: Work, query: ApplicationQuery, page: Page) -> Shown:
    """Find the applications of the page."""
    row = Application
    in_status = [row.status.in_(query.status)] if query.status else []
    indexed: list[ColumnElement[bool]] = []
    if query.centre_lead_id is not None:
        indexed.append(row.centre_lead_id == query.centre_lead_id)
    if query.late:
        indexed.append(row.due_at <= work.now)
    others = [*indexed]
    others += [row.status_since < before for before in (query.status_since_before, query.since_before) if before]
    if query.late is False:
        others.append(or_(row.due_at.is_(None), row.due_at > work.now))
    filters = [*in_status, *others]
    narrow = [select(row.id).where(each) for each in (*in_status, *indexed)]
    if query.text is not None:
        return await search(work.session, APPLICATIONS, query.text, page, filters, narrow)
    few = await rarest_of(work.session, narrow) if len(narrow) > 1 or query.late else None
    if few is not None:
        return Shown(and_(one_of(row.id, few), *filters))
    if query.late is False:
        return Shown(or_(*(one_of(row.id, ids) for ids in await _in_time(work, query, page, in_status, others))))
    if not narrow:
        return Shown(and_(True, *filters), by_id=False)
    return Shown(one_of(row.id, _by_status(query, page, others)))


async def _in_time(
    work: Work,
    query: ApplicationQuery,
    page: Page,
    in_status: Sequence[ColumnElement[bool]],
    others: Sequence[ColumnElement[bool]],
) -> tuple[Ids, Ids]:
    """Select those without a deadline, and those whose deadline lies ahead, which are usually few."""
    row = Application
    ahead = select(row.id).where(row.due_at > work.now, *in_status, *others)
    # More than a few are sorted, because the late ones that would be passed over in order can be many more.
    few = await rarest_of(work.session, [ahead], FAR)
    running = few if few is not None else _by_status(query, page, [row.due_at.is_not(None), *others])
    return running, _by_status(query, page, [row.due_at.is_(None), *others])


def _by_status(query: ApplicationQuery, page: Page, others: Sequence[ColumnElement[bool]]) -> Ids:
    """Merge the lists of the statuses that are asked for, or of all: an index has each in order."""
    row = Application
    values = [status.value for status in query.status or Status]
    return merge_over(page, row.__table__.c.status, values, select(row.status_since, row.id).where(*others))
