"""An invoice's ledger, and the only code that writes its entries (R18)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.fees import Ledger, ledger
from app.domain.invoices import EntryKind
from app.domain.json_values import JsonObject
from app.domain.refusals.input import InputFault, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.models import Application, Invoice, InvoiceEntry
from app.queries.applications import lock_application
from app.queries.invoices import list_entries, lock_invoice
from app.schemas.payments import MoneyInput


@dataclass
class Book:
    """A locked invoice with its application and ledger entries."""

    application: Application
    invoice: Invoice
    entries: list[InvoiceEntry]

    @property
    def standing(self) -> Ledger:
        """Add up the entries."""
        return ledger(self.invoice.total_pence, ((entry.kind, entry.amount_pence) for entry in self.entries))

    def count(self, kind: EntryKind) -> int:
        """Count the entries of a kind."""
        return sum(entry.kind is kind for entry in self.entries)


async def open_book(work: Work, found: Invoice) -> Book:
    """Lock the application, then its invoice: the order in which everybody locks."""
    return await open_book_of(work, await lock_application(work.session, found.application_id), found)


async def open_book_of(work: Work, application: Application, found: Invoice) -> Book:
    """Lock the invoice of a locked application, and keep the application's pending changes."""
    invoice = await lock_invoice(work.session, found.id)
    return Book(application, invoice, list(await list_entries(work.session, [invoice.id])))


def currency_faults(invoice: Invoice, amount: MoneyInput) -> list[InputFault]:
    """Return a fault if the currency is not the invoice's."""
    if amount.currency == invoice.currency:
        return []
    sentence = f"The invoice is in {invoice.currency}; give the amount in it."
    return [in_body("/amount/currency", InputFaultCode.WRONG_CURRENCY, sentence)]


async def append(work: Work, book: Book, kind: EntryKind, amount_pence: int, **more: Any) -> InvoiceEntry | None:
    """Append an entry; None when its external payment is already recorded, on this invoice or another.

    A unique constraint decides, not an earlier read: the same payment can arrive for two invoices at once.
    """
    statement = (
        insert(InvoiceEntry)
        .values(
            id=uuid7(),
            invoice_id=book.invoice.id,
            sequence=len(book.entries) + 1,
            kind=kind,
            amount_pence=amount_pence,
            currency=book.invoice.currency,
            recorded_by=work.actor.id,
            recorded_by_name=work.actor.name,
            recorded_at=work.now,
            **more,
        )
        .on_conflict_do_nothing(index_elements=[InvoiceEntry.external_system, InvoiceEntry.external_payment_id])
        .returning(InvoiceEntry)
    )
    entry: InvoiceEntry | None = await work.session.scalar(statement)
    if entry is not None:
        book.entries.append(entry)
    return entry


async def record(
    work: Work, book: Book, type_: EventType, summary: str, public: Mapping[str, Any] | None = None
) -> None:
    """Append an event to the invoice's stream, with its new status and amounts."""
    invoice, standing = book.invoice, book.standing
    amounts = {
        "total": invoice.total_pence,
        "paid": standing.paid,
        "credited": standing.credited,
        "due": standing.due,
        "credit_balance": standing.overpaid,
    }
    await outbox.record(
        work,
        type_,
        ("invoice", invoice.id),
        summary=summary,
        application_id=invoice.application_id,
        centre_id=invoice.centre_id,
        public={
            "invoice_id": str(invoice.id),
            "application_id": str(invoice.application_id),
            "centre_id": str(invoice.centre_id),
            "number": invoice.number,
            "status": standing.status.value,
            **{name: as_money(book, pence) for name, pence in amounts.items()},
            **(public or {}),
        },
    )


def as_money(book: Book, pence: int) -> JsonObject:
    """Write pence as the contract writes money, in the invoice's currency."""
    return {"amount": pence, "currency": book.invoice.currency}
