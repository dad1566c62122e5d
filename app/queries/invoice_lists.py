"""Which invoices a list shows: every combination of filters at the cost of a page.

The list is sorted by the day that it is filtered by: by the change, the payment or the due day, else by the issue. The
day of issue is that of the moment of issue. So a day stands for a place in the list.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Boolean, ColumnElement, and_, false, func, literal, literal_column, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.external_refs import RefSubject
from app.domain.invoices import InvoiceBalance, InvoiceStatus
from app.domain.search_text import Term, begun_reference, printed_word
from app.domain.working_days import end_of_day, london_date, start_of_day
from app.models import Invoice, InvoiceWord
from app.queries.external_ids import found_in
from app.queries.merging import Ids, Part, Shown, merge, merge_over, one_of, rarest_of
from app.queries.paging import Column, Key, Page, page_of
from app.queries.search import among
from app.queries.visibility import Reason, unfiltered, visible_to
from app.schemas.invoices import InvoiceQuery

# As SQL, because an index is used only where the condition is spelt like its own.
UNPAID: ColumnElement[bool] = literal_column("(invoices.due_pence > 0)", Boolean())
_IN_CREDIT: ColumnElement[bool] = literal_column("(invoices.due_pence < 0)", Boolean())
SENT: ColumnElement[bool] = or_(Invoice.awaits_number.is_(None), Invoice.ledger_number.is_not(None))
"""Those that do not wait for the finance system's number: nobody is asked to pay an invoice that was not sent."""
AWAITING: ColumnElement[bool] = literal_column("(invoices.awaits_number AND invoices.ledger_number IS NULL)", Boolean())
_SERIES = ("cra", "inv", "req")
_OPEN = (InvoiceStatus.ISSUED, InvoiceStatus.PART_PAID)
# The settings allow a year for paying, which begins a year after the issue at the latest: after the finance system's
# number (`LONGEST_WAIT`).
_LONGEST_TERM = timedelta(days=2 * 365)
_BY_ISSUE: tuple[Key, ...] = (Invoice.issued_at, Invoice.id)
_BY_DUE_DAY: tuple[Key, ...] = (Invoice.due_on, Invoice.id)
_BY_PAYMENT: tuple[Key, ...] = (Invoice.paid_at, Invoice.id)
_BY_CHANGE: tuple[Key, ...] = (Invoice.updated_at, Invoice.id)


def invoice_page(query: InvoiceQuery) -> Page:
    """Return the page that is asked for, in the order that its filters ask for: newest first, but changes oldest first.

    Raises `InvalidInput` for a cursor of another list or order.
    """
    if query.updated_since is not None:
        return page_of(query, _BY_CHANGE)
    if query.paid_from is not None or query.paid_before is not None:
        return page_of(query, _BY_PAYMENT, descending=True)
    if query.due_from is not None or query.due_before is not None:
        return page_of(query, _BY_DUE_DAY, descending=True)
    return page_of(query, _BY_ISSUE, descending=True)


async def invoice_condition(work: Work, query: InvoiceQuery, page: Page, settled: datetime | None) -> Shown:
    """Find the invoices of the page; of those that changed since a moment, the ones `settled` before another."""
    row, today = Invoice, london_date(work.now)
    own: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (row.centre_id, query.centre_id),
            (row.application_id, query.application_id),
        )
        if value is not None
    ]
    if query.number is not None:
        own.append(or_(row.number == query.number, row.ledger_number == query.number))
    if query.external_system is not None and query.external_id is not None:
        own.append(one_of(row.id, found_in(query.external_system, query.external_id, [RefSubject.INVOICE])))
    # Changes are read in their order, so the planner must not look for the days of issue and sort.
    issued = row.issued_at + timedelta() if page.keys is _BY_CHANGE else row.issued_at
    filters = [*own, *_days(query, issued), *_other_days(query)]
    narrow: list[Ids] = []
    if query.status is not None:
        filters.append(row.status == query.status.value)
        narrow.append(select(row.id).where(row.status == query.status.value))
    if query.awaiting_number is not None:
        filters.append(AWAITING if query.awaiting_number else SENT)
    if query.awaiting_number:
        narrow.append(select(row.id).where(AWAITING))
    overdue = and_(UNPAID, row.due_on < today, SENT)
    if query.overdue is not None:
        filters.append(overdue if query.overdue else not_(overdue))
    if query.overdue:
        narrow.append(select(row.id).where(overdue))
    if query.balance is InvoiceBalance.CREDIT and query.overdue:
        return Shown(false())
    if query.balance is not None:
        owes = UNPAID if query.balance is InvoiceBalance.DUE else _IN_CREDIT
        filters.append(owes)
        narrow.append(select(row.id).where(owes))
    if page.keys is not _BY_ISSUE:
        if settled is not None and page.keys is _BY_CHANGE:
            filters.append(row.updated_at < settled)
        if own:
            narrow.append(select(row.id).where(*own))
        if work.actor.memberships and not work.actor.is_staff:
            narrow.append(select(row.id).where(visible_to(work.actor, row.centre_id)))
        return await _in_other_order(work.session, query, page, filters, narrow)
    if query.text is not None:
        return await _begins(work.session, query.text, page, filters, narrow)
    if query.awaiting_number:
        few = await rarest_of(work.session, narrow)
        return Shown(and_(True, *filters), by_id=False) if few is None else Shown(and_(one_of(row.id, few), *filters))
    statuses = _statuses(query)
    if own or (query.overdue is None and statuses is None and query.balance is None):
        return Shown(and_(True, *filters), by_id=False)
    if query.overdue is None and query.balance is not InvoiceBalance.CREDIT:
        part = select(row.issued_at, row.id).where(*_days(query), *([SENT] if query.awaiting_number is False else []))
        return Shown(one_of(row.id, merge_over(page, row.status, [each.value for each in statuses or ()], part)))
    few = await rarest_of(work.session, narrow) if query.overdue or query.balance is not None else None
    if few is not None:
        return Shown(and_(one_of(row.id, few), *filters))
    if query.balance is InvoiceBalance.CREDIT:
        return Shown(and_(True, *filters), by_id=False)
    return Shown(one_of(row.id, merge(page, await _by_standing(work.session, query, today, filters))))


def _statuses(query: InvoiceQuery) -> Sequence[InvoiceStatus] | None:
    """List the statuses that can be in the list, or None for all: something is due as long as one is open."""
    if not query.overdue and query.balance is not InvoiceBalance.DUE:
        return None if query.status is None else [query.status]
    return [status for status in _OPEN if query.status in (None, status)]


def _days(query: InvoiceQuery, issued: Column = Invoice.issued_at) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.issued_from is not None:
        found.append(issued >= start_of_day(query.issued_from))
    if query.issued_before is not None:
        found.append(issued < start_of_day(query.issued_before))
    if query.issued_to is not None:
        found.append(issued < end_of_day(query.issued_to))
    return found


def _other_days(query: InvoiceQuery) -> list[ColumnElement[bool]]:
    """The days by which a list in another order is filtered, and what follows from the day of issue for the place in
    it: an invoice is due within a year."""
    row = Invoice
    found: list[ColumnElement[bool]] = []
    if query.due_from is not None:
        found.append(row.due_on >= query.due_from)
    if query.due_before is not None:
        found.append(row.due_on < query.due_before)
    if query.due_from is not None or query.due_before is not None:
        if query.issued_from is not None:
            found.append(row.due_on >= query.issued_from)
        if query.issued_before is not None:
            found.append(row.due_on < query.issued_before + _LONGEST_TERM)
    if query.paid_from is not None:
        found.append(row.paid_at >= start_of_day(query.paid_from))
    if query.paid_before is not None:
        found.append(row.paid_at < start_of_day(query.paid_before))
    if query.updated_since is not None:
        found.append(row.updated_at >= query.updated_since)
        if query.issued_from is not None:
            # Our clock and the database's differ by less.
            found.append(row.updated_at >= start_of_day(query.issued_from) - timedelta(days=1))
    return found


async def _in_other_order(
    session: AsyncSession, query: InvoiceQuery, page: Page, filters: list[ColumnElement[bool]], narrow: list[Ids]
) -> Shown:
    """Find the invoices of a page that is not in the order of issue: few by another filter, or read on in order."""
    row = Invoice
    due = query.overdue or query.balance is InvoiceBalance.DUE
    if page.keys is _BY_PAYMENT and (due or query.status not in (None, InvoiceStatus.PAID)):
        return Shown(false())
    if query.text is not None:
        terms = _terms(query.text)
        if not terms:
            return Shown(false())
        narrow.append(select(InvoiceWord.invoice_id).where(or_(*(among(term, InvoiceWord.word) for term in terms))))
        filters.append(_has_word(terms))
    few = await rarest_of(session, narrow) if narrow else None
    if few is not None:
        return Shown(and_(one_of(row.id, few), *filters))
    statuses = _statuses(query)
    if statuses is not None and page.keys is not _BY_PAYMENT:
        part = select(*page.keys).where(*filters)
        return Shown(one_of(row.id, merge_over(page, row.status, [status.value for status in statuses], part)))
    return Shown(and_(True, *filters), by_id=False)


async def _by_standing(
    session: AsyncSession, query: InvoiceQuery, today: date, filters: Sequence[ColumnElement[bool]]
) -> list[Part]:
    """List the parts of the overdue invoices or of the others.

    Invoices with the same number of days to pay become overdue in the order of issue: a moment divides them.
    """
    row = Invoice
    possible = _statuses(query)
    statuses = list(InvoiceStatus) if possible is None else possible
    part = select(row.issued_at, row.id)
    settled = [] if query.overdue else [status for status in statuses if status not in _OPEN]
    parts: list[Part] = [part.where(row.status == status.value, *filters) for status in settled]
    for days in await _days_to_pay(session):
        divide = start_of_day(today - timedelta(days=days))
        side = row.issued_at < divide if query.overdue else row.issued_at >= divide
        parts += [
            part.where(UNPAID, row.days_to_pay == days, row.status == status.value, side, *filters)
            for status in statuses
            if status in _OPEN
        ]
    if not query.overdue:
        # One that was not sent is not overdue, however long it waits.
        waits = part.where(AWAITING, UNPAID, row.due_on < today, row.status.in_([each.value for each in statuses]))
        parts.append(waits.where(*filters))
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
    """Find invoices whose number, ours or the printed one, or whose application's reference begins with the text."""
    terms = _terms(text)
    word, id_ = InvoiceWord.word, InvoiceWord.invoice_id
    if not terms:
        return Shown(false())
    few_or_none = await rarest_of(session, narrow) if narrow else None
    if few_or_none is not None:
        return Shown(and_(one_of(Invoice.id, few_or_none), _has_word(terms), *filters))
    listed = select(InvoiceWord.issued_at, id_)
    if filters:
        passes = select(and_(*filters)).where(Invoice.id == id_).correlate(InvoiceWord)
        listed = listed.where(passes.scalar_subquery())
    if len(terms) == 1:
        return Shown(one_of(Invoice.id, merge_over(page, word, terms[0].words, listed)))
    return Shown(one_of(Invoice.id, merge(page, [listed.where(among(term, word)) for term in terms], repeats=True)))


def _terms(text: str) -> list[Term]:
    """List what the beginning of a number or a reference can be: words, or also one that begins so, which few do."""
    printed = printed_word(text)
    if not printed:
        return []
    begun = begun_reference(text, _SERIES)
    return [begun, Term((printed,))] if begun.begins else [Term((*begun.words, printed))]


def _has_word(terms: Sequence[Term]) -> ColumnElement[bool]:
    word = InvoiceWord
    asked = or_(*(among(term, word.word) for term in terms))
    own = (word.invoice_id == Invoice.id, word.issued_at == Invoice.issued_at, asked)
    # Not EXISTS, which the planner may answer by reading every invoice that begins so.
    return select(literal(1)).where(*own).correlate(Invoice).limit(1).scalar_subquery().is_not(None)
