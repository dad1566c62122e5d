"""Payments and credit notes of all invoices, with their filters, each at the cost of a page (decision 20)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    and_,
    any_,
    bindparam,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.external_refs import RefSubject
from app.domain.invoices import EntryKind, MovementKind
from app.domain.payments import PaymentStatus
from app.domain.working_days import start_of_day
from app.models import Invoice, InvoiceEntry
from app.queries.changes import settled_until
from app.queries.entry_rows import EntryRow, read_entry_rows, select_rows
from app.queries.external_ids import found_in
from app.queries.hot_pages import HotPages
from app.queries.merging import Ids, Shown, fetch_shown, merge_over, one_of, rarest_of
from app.queries.paging import Key, Page, PageRequest, page_of
from app.queries.visibility import money_viewer, money_visible_to, visible_to_viewer
from app.schemas.credit_notes import CreditNoteQuery
from app.schemas.ledger_lists import PaymentQuery

_BY_RECORD: tuple[Key, ...] = (InvoiceEntry.recorded_at, InvoiceEntry.id)
_BY_RECEIPT: tuple[Key, ...] = (InvoiceEntry.received_on, InvoiceEntry.id)
_BY_CHANGE: tuple[Key, ...] = (InvoiceEntry.updated_at, InvoiceEntry.id)
# As SQL, because an index is used only where the condition is spelt like its own.
_AWAITING: ColumnElement[bool] = literal_column(
    "(invoice_entries.awaits_number AND invoice_entries.ledger_number IS NULL)", Boolean()
)
_SUBJECTS = (RefSubject.PAYMENT, RefSubject.REFUND, RefSubject.CREDIT_NOTE)


class _Filters(PageRequest, Protocol):
    centre_id: UUID | None
    application_id: UUID | None
    invoice_number: str | None
    external_system: str | None
    external_id: str | None
    updated_since: datetime | None


_ROW = InvoiceEntry
_PAGES = HotPages(
    InvoiceEntry,
    select_rows,
    EntryRow,
    keys=_BY_RECORD,
    descending=True,
    visible=visible_to_viewer(_ROW.centre_id),
    filters={"kinds": _ROW.kind == any_(bindparam("kinds", type_=ARRAY(_ROW.kind.type)))},
    merged={"kinds": _ROW.__table__.c.kind},
)


def payments_page(query: PaymentQuery) -> Page:
    """Return the page that is asked for, in the order that its filters ask for: newest first, but changes oldest first.

    Raises `InvalidInput` for a cursor of another list or order.
    """
    if query.updated_since is not None:
        return page_of(query, _BY_CHANGE)
    received = query.received_from is not None or query.received_before is not None
    return page_of(query, _BY_RECEIPT if received else _BY_RECORD, descending=True)


def credit_notes_page(query: CreditNoteQuery) -> Page:
    """Return the page that is asked for, as `payments_page` does."""
    if query.updated_since is not None:
        return page_of(query, _BY_CHANGE)
    return page_of(query, _BY_RECORD, descending=True)


async def settled_for(work: Work, query: _Filters) -> datetime | None:
    """Return the moment up to which changes are listed, if changes are asked for."""
    return await settled_until(work.session) if query.updated_since is not None else None


async def list_payments(work: Work, query: PaymentQuery) -> tuple[list[EntryRow], str | None]:
    """List a page of the payments and other movements of money. Raises `InvalidInput`."""
    seen, kinds = money_viewer(work.actor), {EntryKind(kind) for kind in query.kind or MovementKind}
    if seen["viewer_sees_all"] and _asked(query) <= {"kind"}:
        return await _PAGES.page(work.driver, query, seen, kinds=sorted(kinds))
    return await read_payments(work, query, payments_page(query), await settled_for(work, query))


async def list_credit_notes(work: Work, query: CreditNoteQuery) -> tuple[list[EntryRow], str | None]:
    """List a page of the credit notes. Raises `InvalidInput`."""
    seen = money_viewer(work.actor)
    if seen["viewer_sees_all"] and not _asked(query):
        return await _PAGES.page(work.driver, query, seen, kinds=[EntryKind.CREDIT])
    return await read_credit_notes(work, query, credit_notes_page(query), await settled_for(work, query))


def _asked(query: BaseModel) -> set[str]:
    """The filters that are given."""
    return set(query.model_dump(exclude_defaults=True, exclude={"limit", "cursor"}))


async def read_payments(
    work: Work, query: PaymentQuery, page: Page, settled: datetime | None
) -> tuple[list[EntryRow], str | None]:
    """Read a page of the payments and other movements of money."""
    row = InvoiceEntry
    kinds = [EntryKind(kind) for kind in query.kind or MovementKind]
    filters = [
        *_period(row.recorded_at, query.recorded_from, query.recorded_before),
        *([row.received_on >= query.received_from] if query.received_from is not None else []),
        *([row.received_on < query.received_before] if query.received_before is not None else []),
    ]
    narrow: list[Ids] = []
    if query.status is not None:
        kinds = [kind for kind in kinds if kind is EntryKind.PAYMENT]
        was_reversed = row.reversed_by_id.is_not(None)
        filters.append(was_reversed if query.status is PaymentStatus.REVERSED else ~was_reversed)
        if query.status is PaymentStatus.REVERSED:
            narrow.append(select(row.id).where(was_reversed))
    return await _read(work, query, page, settled, kinds, filters, narrow)


async def read_credit_notes(
    work: Work, query: CreditNoteQuery, page: Page, settled: datetime | None
) -> tuple[list[EntryRow], str | None]:
    """Read a page of the credit notes."""
    row = InvoiceEntry
    filters = _period(row.recorded_at, query.issued_from, query.issued_before)
    narrow: list[Ids] = []
    if query.number is not None:
        named = or_(row.credit_note_number == query.number, row.ledger_number == query.number)
        filters.append(named)
        narrow.append(select(row.id).where(named))
    if query.awaiting_number is not None:
        filters.append(_AWAITING if query.awaiting_number else not_(func.coalesce(_AWAITING, false())))
    if query.awaiting_number:
        narrow.append(select(row.id).where(_AWAITING))
    return await _read(work, query, page, settled, [EntryKind.CREDIT], filters, narrow)


async def _read(
    work: Work,
    query: _Filters,
    page: Page,
    settled: datetime | None,
    kinds: Sequence[EntryKind],
    filters: list[ColumnElement[bool]],
    narrow: list[Ids],
) -> tuple[list[EntryRow], str | None]:
    row = InvoiceEntry
    if query.external_system is not None and query.external_id is not None:
        named = one_of(row.id, found_in(query.external_system, query.external_id, _SUBJECTS))
        filters.append(named)
        narrow.append(select(row.id).where(named))
    if query.updated_since is not None:
        filters.append(row.updated_at >= query.updated_since)
        if settled is not None:
            filters.append(row.updated_at < settled)
    of_invoices: list[ColumnElement[bool]] = []
    if query.invoice_number is not None:
        of_invoices.append(or_(Invoice.number == query.invoice_number, Invoice.ledger_number == query.invoice_number))
    if query.application_id is not None:
        of_invoices.append(Invoice.application_id == query.application_id)
    if of_invoices:
        theirs = one_of(row.invoice_id, select(Invoice.id).where(*of_invoices))
        filters.append(theirs)
        narrow.append(select(row.id).where(theirs))
    filters.append(row.kind.in_(kinds) if kinds else false())
    centres = _centres(work, query)
    if centres is not None:
        filters.append(row.centre_id.in_(centres))
        narrow.append(select(row.id).where(row.centre_id.in_(centres)))
    shown = await _shown(work.session, page, kinds, filters, narrow, centres)
    statement = select(row).where(money_visible_to(work.actor, row.centre_id))
    found, cursor = await fetch_shown(work.session, statement, shown, page)
    return await read_entry_rows(work, [each.id for each in found]), cursor


async def _shown(
    session: AsyncSession,
    page: Page,
    kinds: Sequence[EntryKind],
    filters: Sequence[ColumnElement[bool]],
    narrow: Sequence[Ids],
    centres: Sequence[UUID] | None,
) -> Shown:
    """Find few entries by a filter, or read on in the order of the list: of each centre, or else of each kind."""
    row = InvoiceEntry
    few = await rarest_of(session, narrow) if narrow else None
    if few is not None:
        return Shown(and_(one_of(row.id, few), *filters))
    part = select(*page.keys).where(*filters)
    if page.keys is _BY_RECEIPT:
        return Shown(and_(*filters), by_id=False)
    if centres is not None and page.keys is _BY_RECORD:
        return Shown(one_of(row.id, merge_over(page, row.centre_id, centres, part)))
    return Shown(one_of(row.id, merge_over(page, row.kind, [each.value for each in kinds], part)))


def _centres(work: Work, query: _Filters) -> Sequence[UUID] | None:
    """The centres to whose entries the list is limited, or None."""
    if query.centre_id is not None:
        return [query.centre_id]
    return list(work.actor.memberships) if work.actor.memberships and not work.actor.is_staff else None


def _period(column: Key, first: date | None, end: date | None) -> list[ColumnElement[bool]]:
    """Match moments on or after the one day and before the other, in London."""
    return [
        *([column >= start_of_day(first)] if first is not None else []),
        *([column < start_of_day(end)] if end is not None else []),
    ]
