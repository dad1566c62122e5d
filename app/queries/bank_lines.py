"""Lines of bank statements, and what they stand for."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.database import Work
from app.domain.bank import BankLineStatus
from app.domain.invoices import EntryKind, MoneyDirection
from app.models import BankLine, BankLineMatch, Invoice, InvoiceEntry
from app.queries.locking import lock_row
from app.queries.paging import fetch_page, page_of
from app.queries.visibility import Found, Reason, bank_visible_to, unfiltered
from app.schemas.bank_lines import BankLineQuery


async def find_bank_line(work: Work, ids: Mapping[str, UUID]) -> Found[BankLine] | None:
    """Find the line in the path, for staff and finance systems that write payments."""
    statement = select(BankLine).where(BankLine.id == ids["line_id"], bank_visible_to(work.actor))
    row = await work.session.scalar(statement)
    return Found(row) if row is not None else None


async def list_bank_lines(work: Work, query: BankLineQuery) -> tuple[list[BankLine], str | None]:
    """List a page of lines, the last day first."""
    row = BankLine
    statement = select(row).where(bank_visible_to(work.actor))
    filters: list[ColumnElement[bool] | None] = [
        row.status == query.status if query.status is not None else row.status != BankLineStatus.WITHDRAWN,
        row.account == query.account if query.account is not None else None,
        row.statement_id == query.statement_id if query.statement_id is not None else None,
        row.booked_on >= query.booked_from if query.booked_from is not None else None,
        row.booked_on < query.booked_before if query.booked_before is not None else None,
        row.amount_pence.in_(_amounts(query)) if query.amount is not None else None,
    ]
    if query.direction is not None and query.amount is None:
        filters.append(row.amount_pence > 0 if query.direction is MoneyDirection.IN else row.amount_pence < 0)
    statement = statement.where(*(each for each in filters if each is not None))
    return await fetch_page(work.session, statement, page_of(query, [row.booked_on, row.id], descending=True))


def _amounts(query: BankLineQuery) -> list[int]:
    assert query.amount is not None
    signs = {MoneyDirection.IN: (1,), MoneyDirection.OUT: (-1,), None: (1, -1)}
    return [sign * query.amount for sign in signs[query.direction]]


async def lock_bank_line(session: AsyncSession, id_: UUID) -> BankLine:
    """Lock the line and read it afresh. Lock the applications of its invoices first."""
    return await lock_row(session, BankLine, id_)


def may_pay() -> ColumnElement[bool]:
    """True for a line that quotes an invoice's number, or that brought exactly what one has due."""
    quoted = exists().where(Invoice.number == any_(BankLine.numbers))
    printed = exists().where(func.upper(Invoice.ledger_number) == any_(BankLine.numbers))
    exact = exists().where(
        Invoice.due_pence == BankLine.amount_pence, Invoice.due_pence > 0, Invoice.currency == BankLine.currency
    )
    return or_(quoted, printed, exact)


class MatchRow(NamedTuple):
    """A match with what it stands for."""

    match: BankLineMatch
    entry: InvoiceEntry
    number: str
    reversal_id: UUID | None


@unfiltered(Reason.JUDGED)
async def list_matches(session: AsyncSession, line_id: UUID) -> list[MatchRow]:
    """List what the line stands for, oldest first."""
    reversal = aliased(InvoiceEntry)
    rows = await session.execute(
        select(BankLineMatch, InvoiceEntry, Invoice.number, reversal.id)
        .join(InvoiceEntry, InvoiceEntry.id == BankLineMatch.entry_id)
        .join(Invoice, Invoice.id == InvoiceEntry.invoice_id)
        .outerjoin(reversal, reversal.reverses_id == InvoiceEntry.id)
        .where(BankLineMatch.line_id == line_id, BankLineMatch.released_at.is_(None))
        .order_by(BankLineMatch.id)
    )
    return [MatchRow(*row) for row in rows]


@unfiltered(Reason.JUDGED)
async def count_matches(session: AsyncSession, line: BankLine) -> int:
    """Count what the line ever stood for, also as it stood in statements that were withdrawn."""
    same = and_(BankLine.account == line.account, BankLine.key == line.key)
    found = await session.scalar(
        select(func.count()).select_from(BankLineMatch).join(BankLine, BankLine.id == BankLineMatch.line_id).where(same)
    )
    return int(found or 0)


@unfiltered(Reason.PERMITTED)
async def line_of_entry(session: AsyncSession, entry_id: UUID) -> UUID | None:
    """Find the line that stands for a ledger entry."""
    found: UUID | None = await session.scalar(
        select(BankLineMatch.line_id).where(BankLineMatch.entry_id == entry_id, BankLineMatch.released_at.is_(None))
    )
    return found


def stands_alone() -> ColumnElement[bool]:
    """True for an entry that no reversal undid and no line stands for."""
    reversal = aliased(InvoiceEntry)
    return and_(
        ~exists().where(reversal.reverses_id == InvoiceEntry.id),
        ~exists().where(BankLineMatch.entry_id == InvoiceEntry.id, BankLineMatch.released_at.is_(None)),
    )


@unfiltered(Reason.PERMITTED)
async def list_entries_to_match(
    session: AsyncSession, ids: Sequence[UUID], kinds: Sequence[EntryKind]
) -> dict[UUID, InvoiceEntry]:
    """Map these ids to the ledger entries of these kinds that were not reversed."""
    reversal = aliased(InvoiceEntry)
    rows = await session.scalars(
        select(InvoiceEntry).where(
            InvoiceEntry.id.in_(ids),
            InvoiceEntry.kind.in_(kinds),
            ~exists().where(reversal.reverses_id == InvoiceEntry.id),
        )
    )
    return {row.id: row for row in rows}


@unfiltered(Reason.PERMITTED)
async def find_twin(
    session: AsyncSession, line: BankLine, invoice_id: UUID, pence: int, first: date, last: date
) -> UUID | None:
    """Find a payment of the invoice with this amount that may be this line's money.

    That is one from these days that no line stands for, and one that a line of another statement stands for, if it was
    booked on the same day: read from other columns or in another format, the same line looks new.
    """
    entry, other = InvoiceEntry, aliased(BankLine)
    read_again = (
        exists()
        .where(BankLineMatch.entry_id == entry.id, BankLineMatch.released_at.is_(None))
        .where(
            other.id == BankLineMatch.line_id,
            other.statement_id != line.statement_id,
            other.booked_on == line.booked_on,
            other.amount_pence == line.amount_pence,
        )
    )
    undone = exists().where(aliased(InvoiceEntry).reverses_id == entry.id)
    found: UUID | None = await session.scalar(
        select(entry.id)
        .where(
            entry.invoice_id == invoice_id,
            entry.kind == EntryKind.PAYMENT,
            entry.amount_pence == pence,
            entry.received_on.between(first, last),
            or_(stands_alone(), and_(read_again, ~undone)),
        )
        .order_by(entry.id)
        .limit(1)
    )
    return found


@unfiltered(Reason.PERMITTED)
async def invoices_to_pay(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Invoice]:
    """Map these ids to what a payment must fit of their invoices. No session holds them: they are not locked yet."""
    columns = (Invoice.id, Invoice.application_id, Invoice.centre_id, Invoice.currency, Invoice.issued_on)
    rows = await session.execute(select(*columns).where(Invoice.id.in_(ids)))
    return {row.id: Invoice(**row._mapping) for row in rows}
