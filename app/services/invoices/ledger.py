"""An invoice's ledger, and the only code that writes its entries (R18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.events import EventType
from app.domain.invoices import EntryKind
from app.domain.json_values import JsonObject
from app.domain.ledger import Ledger, ledger
from app.domain.refusals.input import InputFault, in_body
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.statuses import ENDED
from app.models import Application, Invoice, InvoiceEntry
from app.queries.application_rows import ApplicationRow
from app.queries.applications import lock_application
from app.queries.hot import Hot
from app.queries.invoices import lock_invoice
from app.queries.locked_invoices import LedgerLine, lock_with_application, read_ledger, read_ledger_with_facts
from app.schemas.payments import MoneyInput
from app.services.workflow.steps import moved, with_move


@dataclass
class Book:
    """A locked invoice with its application and ledger."""

    application: Application
    invoice: Invoice
    lines: list[LedgerLine]

    @property
    def standing(self) -> Ledger:
        """Add up the entries."""
        return ledger(self.invoice.total_pence, self.lines)

    @property
    def uncredited(self) -> int:
        """What the invoice still asks for, paid or not."""
        now = self.standing
        # A waiver can also cover a refund whose payment was reversed.
        return max(self.invoice.total_pence - now.credited - now.waived, 0)

    @property
    def unpaid(self) -> int:
        """What is due of what was invoiced. A refund whose payment is reversed later is due, and was never invoiced."""
        return min(self.standing.due, self.uncredited)

    @property
    def creditable(self) -> int:
        """What a credit note can take away: what is unpaid, and of an application that has ended also what was paid,
        so that it can be refunded."""
        return self.uncredited if self.application.status in ENDED else self.unpaid

    def add(self, entry: InvoiceEntry) -> None:
        """Enter what is about to be stored."""
        self.lines.append(LedgerLine(entry.kind, entry.amount_pence))


def require_room(book: Book) -> None:
    """Raise if the ledger can have no other entry but a credit, or one that takes another back."""
    kinds = (EntryKind.CREDIT, EntryKind.REVERSAL)
    count = sum(line.kind not in kinds for line in book.lines)
    limits.require_room(count, limits.PAYMENTS, "payments of this invoice")


def require_room_for_credit(book: Book) -> None:
    """Raise if the ledger can have no other credit."""
    count = sum(line.kind is EntryKind.CREDIT for line in book.lines)
    limits.require_room(count, limits.CREDITS, "credits of this invoice")


async def open_book(work: Work, found: Invoice) -> Book:
    """Lock the application, then its invoice: the order in which everybody locks."""
    return await open_book_of(work, await lock_application(work.session, found.application_id), found.id)


async def open_book_of(work: Work, application: Application, invoice_id: UUID) -> Book:
    """Lock the invoice of a locked application, and keep the application's pending changes."""
    invoice = await lock_invoice(work.session, invoice_id)
    return Book(application, invoice, await read_ledger(work, invoice.id))


async def open_detached(work: Work, invoice_id: UUID) -> tuple[Book, ApplicationRow]:
    """Lock both in one statement, and read the ledger with the facts of the application's steps in another. No session
    holds them, so whoever changes the application stores it."""
    application, invoice = await lock_with_application(work, invoice_id)
    found, lines = await read_ledger_with_facts(work, invoice)
    return Book(application, invoice, lines), found


def currency_faults(invoice: Invoice, amount: MoneyInput, place: str = "/amount") -> list[InputFault]:
    """Return a fault if the currency is not the invoice's."""
    if amount.currency == invoice.currency:
        return []
    sentence = f"The invoice is in {invoice.currency}; give the amount in it."
    return [in_body(f"{place}/currency", InputFaultCode.WRONG_CURRENCY, sentence)]


_ENTRY = InvoiceEntry.__table__.columns
_ENTRY_NAMES = [each.name for each in _ENTRY]


class _Stored(NamedTuple):
    id: UUID


_INSERT = (
    insert(InvoiceEntry)
    .values({name: bindparam(f"entry_{name}", type_=each.type) for name, each in _ENTRY.items()})
    .on_conflict_do_nothing(index_elements=[InvoiceEntry.external_system, InvoiceEntry.external_payment_id])
    .returning(InvoiceEntry.id)
)
_STORE = Hot(outbox.with_events(_INSERT), _Stored)
_STORE_AND_MOVE = Hot(with_move(outbox.with_outgoing(_INSERT)), _Stored)


def make_entry(work: Work, book: Book, kind: EntryKind, amount_pence: int, **more: Any) -> InvoiceEntry:
    """Make the ledger's next entry, which `store` stores."""
    return InvoiceEntry(
        id=more.pop("id", None) or uuid7(),
        invoice_id=book.invoice.id,
        sequence=len(book.lines) + 1,
        kind=kind,
        amount_pence=amount_pence,
        currency=book.invoice.currency,
        recorded_by=work.actor.id,
        recorded_by_name=work.actor.name,
        recorded_at=work.now,
        **more,
    )


async def store(work: Work, entry: InvoiceEntry, application: Application | None = None) -> bool:
    """Store the entry with the events so far, and the application, with letters, if it is detached and has changed.

    False when its external payment is already recorded, on this invoice or another. A unique constraint decides, not an
    earlier read: the same payment can arrive for two invoices at once.
    """
    values: dict[str, object] = {f"entry_{name}": getattr(entry, name) for name in _ENTRY_NAMES}
    if application is None:
        return await _STORE.one(work.driver, **values, **outbox.hand_over_events(work)) is not None
    values |= moved(application)
    return await _STORE_AND_MOVE.one(work.driver, **values, **outbox.hand_over(work)) is not None


async def append(work: Work, book: Book, kind: EntryKind, amount_pence: int, **more: Any) -> InvoiceEntry:
    """Make an entry without an external payment, and store it."""
    entry = make_entry(work, book, kind, amount_pence, **more)
    stored = await store(work, entry)
    assert stored, "it has no external payment to collide with"
    book.add(entry)
    return entry


async def record(
    work: Work,
    book: Book,
    type_: EventType,
    summary: str,
    public: Mapping[str, Any] | None = None,
    *,
    entry: InvoiceEntry | None = None,
) -> None:
    """Append an event to the invoice's stream, with its new status and amounts. With an `entry`, the ledger's last, the
    audit also has them as they were before it. So it does where `public` has the number that a document was given."""
    invoice, standing = book.invoice, _standing_of(book, book.lines)
    before: JsonObject | None = None
    more: JsonObject = {}
    if entry is not None:
        before, more = _standing_of(book, book.lines[:-1]), {"entry": _audited(book, entry)}
    elif public is not None and "document_number" in public:
        before, more = standing | {"document_number": None}, {"document_number": public["document_number"]}
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
            **standing,
            **(public or {}),
        },
        before=before,
        after=standing | more,
    )


def _standing_of(book: Book, lines: Sequence[LedgerLine]) -> JsonObject:
    """The status and the amounts that follow from these lines."""
    standing = ledger(book.invoice.total_pence, lines)
    amounts = {
        "total": book.invoice.total_pence,
        "paid": standing.paid,
        "credited": standing.credited,
        "waived": standing.waived,
        "refunded": standing.refunded,
        "due": standing.due,
        "credit_balance": standing.overpaid,
    }
    return {"status": standing.status.value} | {name: as_money(book, pence) for name, pence in amounts.items()}


def _audited(book: Book, entry: InvoiceEntry) -> JsonObject:
    """What the audit keeps of a ledger's entry: not who paid, which the entry says."""
    kept = {
        "id": str(entry.id),
        "kind": entry.kind.value,
        "amount": as_money(book, entry.amount_pence),
        "method": entry.method.value if entry.method is not None else None,
        "received_on": entry.received_on.isoformat() if entry.received_on is not None else None,
        "refunded_on": entry.refunded_on.isoformat() if entry.refunded_on is not None else None,
        "external_system": entry.external_system,
        "external_payment_id": entry.external_payment_id,
        "credit_note_number": entry.credit_note_number,
        "reverses_id": str(entry.reverses_id) if entry.reverses_id is not None else None,
        "reason_code": entry.reason_code.value if entry.reason_code is not None else None,
        "counterpart_id": str(entry.counterpart_id) if entry.counterpart_id is not None else None,
        "counterpart_invoice_id": str(entry.counterpart_invoice_id) if entry.counterpart_invoice_id else None,
        "reason": entry.reason,
    }
    return {name: value for name, value in kept.items() if value is not None}


def as_money(book: Book, pence: int) -> JsonObject:
    """Write pence as the contract writes money, in the invoice's currency."""
    return {"amount": pence, "currency": book.invoice.currency}
