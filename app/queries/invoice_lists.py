"""Which invoices a list shows: every combination of filters at the cost of a page.

The day of issue is that of the moment of issue, by which the list is sorted. So a day stands for a place in the list.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Boolean, ColumnElement, and_, false, func, literal, literal_column, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.invoices import InvoiceStatus
from app.domain.search_text import begun_reference
from app.domain.working_days import end_of_day, london_date, start_of_day
from app.models import Invoice, InvoiceWord
from app.queries.merging import Ids, Part, Shown, merge, merge_over, one_of, rarest_of
from app.queries.paging import Page
from app.queries.search import among
from app.queries.visibility import Reason, unfiltered
from app.schemas.invoices import InvoiceQuery

# As SQL, because an index is used only where the condition is spelt like its own.
UNPAID: ColumnElement[bool] = literal_column("(invoices.due_pence > 0)", Boolean())
_SERIES = ("cra", "inv")


async def invoice_condition(work: Work, query: InvoiceQuery, page: Page) -> Shown:
    """Find the invoices of the page."""
    row, today = Invoice, london_date(work.now)
    own: list[ColumnElement[bool]] = [
        column == value
        for column, value in ((row.centre_id, query.centre_id), (row.application_id, query.application_id))
        if value is not None
    ]
    filters = [*own, *_days(query)]
    narrow: list[Ids] = []
    if query.status is not None:
        filters.append(row.status == query.status.value)
        narrow.append(select(row.id).where(row.status == query.status.value))
    overdue = and_(UNPAID, row.due_on < today)
    if query.overdue is not None:
        filters.append(overdue if query.overdue else not_(overdue))
    if query.overdue:
        narrow.append(select(row.id).where(overdue))
    if query.text is not None:
        return await _begins(work.session, query.text, page, filters, narrow)
    if own or (query.overdue is None and query.status is None):
        return Shown(and_(True, *filters), by_id=False)
    if query.status is not None and query.overdue is None:
        part = select(row.issued_at, row.id).where(*_days(query))
        return Shown(one_of(row.id, merge_over(page, row.status, [query.status.value], part)))
    few = await rarest_of(work.session, narrow) if query.overdue else None
    if few is not None:
        return Shown(and_(one_of(row.id, few), *filters))
    return Shown(one_of(row.id, merge(page, await _by_standing(work.session, query, today, filters))))


def _days(query: InvoiceQuery) -> list[ColumnElement[bool]]:
    issued = Invoice.issued_at
    found: list[ColumnElement[bool]] = []
    if query.issued_from is not None:
        found.append(issued >= start_of_day(query.issued_from))
    if query.issued_before is not None:
        found.append(issued < start_of_day(query.issued_before))
    if query.issued_to is not None:
        found.append(issued < end_of_day(query.issued_to))
    return found


async def _by_standing(
    session: AsyncSession, query: InvoiceQuery, today: date, filters: Sequence[ColumnElement[bool]]
) -> list[Part]:
    """List the parts of the overdue invoices or of the others.

    Invoices with the same number of days to pay become overdue in the order of issue: a moment divides them.
    """
    row = Invoice
    statuses = list(InvoiceStatus) if query.status is None else [query.status]
    open_ones = (InvoiceStatus.ISSUED, InvoiceStatus.PART_PAID)
    part = select(row.issued_at, row.id)
    settled = [] if query.overdue else [status for status in statuses if status not in open_ones]
    parts: list[Part] = [part.where(row.status == status.value, *filters) for status in settled]
    for days in await _days_to_pay(session):
        divide = start_of_day(today - timedelta(days=days))
        side = row.issued_at < divide if query.overdue else row.issued_at >= divide
        parts += [
            part.where(UNPAID, row.days_to_pay == days, row.status == status.value, side, *filters)
            for status in statuses
            if status in open_ones
        ]
    return parts or [part.where(false())]


@unfiltered(Reason.RULE)
async def _days_to_pay(session: AsyncSession) -> Sequence[int]:
    """List the terms of unpaid invoices: each is found by a step in the index."""
    days = Invoice.days_to_pay
    first = select(func.min(days).label("days")).where(UNPAID).cte("terms", recursive=True)
    after = select(func.min(days)).where(UNPAID, days > first.c.days).correlate(first).scalar_subquery()
    terms = first.union_all(select(after).where(first.c.days.is_not(None)))
    return (await session.scalars(select(terms.c.days).where(terms.c.days.is_not(None)))).all()


async def _begins(
    session: AsyncSession, text: str, page: Page, filters: Sequence[ColumnElement[bool]], narrow: Sequence[Ids]
) -> Shown:
    """Find invoices whose number, or whose application's reference, begins with the text."""
    term = begun_reference(text, _SERIES)
    word, id_ = InvoiceWord.word, InvoiceWord.invoice_id
    if not term.words:
        return Shown(false())
    if term.begins:
        return Shown(and_(one_of(Invoice.id, select(id_).where(among(term, word))), *filters))
    few_or_none = await rarest_of(session, narrow) if narrow else None
    if few_or_none is not None:
        own = (id_ == Invoice.id, InvoiceWord.issued_at == Invoice.issued_at, among(term, word))
        # Not EXISTS, which the planner may answer by reading every invoice that begins so.
        has = select(literal(1)).where(*own).correlate(Invoice).limit(1).scalar_subquery()
        return Shown(and_(one_of(Invoice.id, few_or_none), has.is_not(None), *filters))
    listed = select(InvoiceWord.issued_at, id_)
    if filters:
        passes = select(and_(*filters)).where(Invoice.id == id_).correlate(InvoiceWord)
        listed = listed.where(passes.scalar_subquery())
    return Shown(one_of(Invoice.id, merge_over(page, word, term.words, listed)))
