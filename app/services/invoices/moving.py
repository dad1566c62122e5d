"""Money that moves from one invoice to another: a pair of entries, each of which names the other (R18)."""

from collections.abc import Mapping
from uuid import UUID

from uuid_utils.compat import uuid7

from app.database import Work
from app.domain.events import EventType
from app.domain.formats import money
from app.domain.invoices import EntryKind, MoneyDirection
from app.models import Application, Invoice, InvoiceEntry
from app.queries.applications import lock_application
from app.queries.centres import lock_centre
from app.queries.invoice_links import fed_by, moved_out
from app.services.invoices.ledger import Book, append, as_money, open_book_of, record

Books = dict[UUID, Book]


async def move(work: Work, source: Book, target: Book, pence: int, reason: str) -> tuple[InvoiceEntry, InvoiceEntry]:
    """Move money between two locked invoices, and return both entries: out and in."""
    was_due, had_due = target.standing.due, source.standing.due
    out_id, in_id = uuid7(), uuid7()
    amount = money(pence, source.invoice.currency)
    told = f"{amount} moved from invoice {source.invoice.number} to {target.invoice.number}"
    out = await append(
        work,
        source,
        EntryKind.ALLOCATION_OUT,
        pence,
        id=out_id,
        counterpart_id=in_id,
        counterpart_invoice_id=target.invoice.id,
        reason=reason,
    )
    await _record(work, source, out, MoneyDirection.OUT, told)
    if source.standing.due and not had_due:
        await record_unpaid(work, source, out)
    into = await append(
        work,
        target,
        EntryKind.ALLOCATION_IN,
        pence,
        id=in_id,
        counterpart_id=out_id,
        counterpart_invoice_id=source.invoice.id,
        reason=reason,
    )
    await _record(work, target, into, MoneyDirection.IN, told)
    number = target.invoice.number
    if was_due and target.standing.due:
        await record(work, target, EventType.INVOICE_PART_PAID, f"Invoice {number} paid in part", entry=into)
    elif was_due:
        await record(work, target, EventType.INVOICE_PAID, f"Invoice {number} paid", entry=into)
    return out, into


async def _record(work: Work, book: Book, entry: InvoiceEntry, direction: MoneyDirection, told: str) -> None:
    public = {
        "allocation_id": str(entry.id),
        "counterpart_id": str(entry.counterpart_id),
        "counterpart_invoice_id": str(entry.counterpart_invoice_id),
        "direction": direction.value,
        "amount": as_money(book, entry.amount_pence),
    }
    await record(work, book, EventType.PAYMENT_ALLOCATED, told, public, entry=entry)


async def record_unpaid(work: Work, book: Book, entry: InvoiceEntry) -> None:
    """Append the event of an invoice on which something is due again."""
    summary = f"Invoice {book.invoice.number} is due again"
    await record(work, book, EventType.INVOICE_UNPAID, summary, entry=entry)


async def open_books(work: Work, places: Mapping[UUID, Application]) -> Books:
    """Lock these invoices of locked applications, in the order of their ids."""
    return {id_: await open_book_of(work, places[id_], id_) for id_ in sorted(places)}


async def open_with_fed(work: Work, found: Invoice) -> Books:
    """Lock the invoice and all that money has moved to from it.

    The centre comes first, as for whoever moves money between applications, so that nobody else holds two of them; then
    the applications, and the invoices in the order of their ids.
    """
    await lock_centre(work.session, found.centre_id)
    applications = {found.application_id: await lock_application(work.session, found.application_id)}
    links = await fed_by(work.session, found.id)
    others = sorted({link.application_id for link in links} - applications.keys())
    if others:
        applications |= {id_: await lock_application(work.session, id_) for id_ in others}
        # Within those, money moves without the centre's lock, so it may just have.
        links = await fed_by(work.session, found.id)
    return await open_books(work, {link.id: applications[link.application_id] for link in links})


async def take_back(work: Work, books: Books, book: Book, pence: int, reason: str) -> list[InvoiceEntry]:
    """Take back up to `pence` of the money that has moved on from an invoice, wherever it went, the last move first.

    Returns the entries by which other invoices became due again.
    """
    return await _take_back(work, books, book, pence, reason, {book.invoice.id})


async def _take_back(
    work: Work, books: Books, book: Book, pence: int, reason: str, passed: set[UUID]
) -> list[InvoiceEntry]:
    unpaid: list[InvoiceEntry] = []
    for target_id, moved in await moved_out(work.session, book.invoice.id):
        back = min(pence, moved)
        if back and target_id not in passed:
            target = books[target_id]
            short = back - target.standing.overpaid
            if short > 0:
                unpaid += await _take_back(work, books, target, short, reason, passed | {target_id})
            out, _ = await move(work, target, book, back, reason)
            pence -= back
            if target.standing.due:
                unpaid.append(out)
    return unpaid
