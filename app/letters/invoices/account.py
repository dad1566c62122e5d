"""How an invoice stands, in the words of the letters about it: its sums, and what follows for the application (R18)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID

from app.database import Work
from app.domain.formats import money
from app.domain.invoices import EntryKind
from app.domain.ledger import Ledger, ledger
from app.domain.workflow import FINAL
from app.models import Application, Invoice, InvoiceEntry
from app.queries.invoice_links import contexts_of
from app.queries.invoices import list_entries

Rows = tuple[tuple[str, str], ...]

SAMPLE_ROWS: Final[Rows] = (
    ("Invoice total", "£500.00"),
    ("Paid so far", "£220.00"),
    ("Refunded to you", "£20.00"),
    ("Credited by us", "£50.00"),
)


@dataclass(frozen=True)
class Account:
    """An invoice's ledger, and the rows that lead from its total to what is due or was paid too much."""

    standing: Ledger
    entries: Sequence[InvoiceEntry]
    rows: Rows


class Fee(Enum):
    """How the fee of an application stands, seen from one of its invoices."""

    ENDED = "ended"
    SETTLED = "settled"
    DUE = "due"
    DUE_ELSEWHERE = "due_elsewhere"
    TOO_LITTLE = "too_little"
    """Paying is not enough: too much was credited, or the replacement asks for too little."""


async def read_account(work: Work, invoice: Invoice, *, paid: str = "Paid so far") -> Account:
    """Load how the invoice stands. `paid` is what its letter calls the payments."""
    entries = await list_entries(work.session, [invoice.id])
    standing = ledger(invoice.total_pence, [(entry.kind, entry.amount_pence) for entry in entries])
    return Account(standing, entries, balance_rows(invoice, entries, paid))


def balance_rows(invoice: Invoice, entries: Sequence[InvoiceEntry], paid: str) -> Rows:
    """Name what explains the balance, none of it negative; nothing while the invoice is as it was issued.

    The reader adds up: the total and what went back, less all the others, is what is due.
    """
    sums = Counter[EntryKind]()
    for entry in entries:
        sums[entry.kind] += entry.amount_pence
    moved = moved_between(entries)
    named = {
        paid: sums[EntryKind.PAYMENT] - sums[EntryKind.REVERSAL],
        "Moved from another invoice": sum(pence for pence in moved.values() if pence > 0),
        "Moved to another invoice": -sum(pence for pence in moved.values() if pence < 0),
        "Refunded to you": sums[EntryKind.REFUND],
        "Credited by us": sums[EntryKind.CREDIT],
        "Waived": sums[EntryKind.WAIVER],
    }
    rows = tuple((name, money(pence, invoice.currency)) for name, pence in named.items() if pence)
    return (("Invoice total", money(invoice.total_pence, invoice.currency)), *rows) if rows else ()


def moved_between(entries: Sequence[InvoiceEntry]) -> Counter[UUID]:
    """Map the other invoices to what came from each of them, less what has gone there."""
    moved = Counter[UUID]()
    for entry in entries:
        if entry.counterpart_invoice_id is not None:
            sign = 1 if entry.kind is EntryKind.ALLOCATION_IN else -1
            moved[entry.counterpart_invoice_id] += sign * entry.amount_pence
    return moved


async def read_fee(work: Work, invoice: Invoice, application: Application, standing: Ledger) -> Fee:
    """Ask the fee gate what an application with this invoice waits for."""
    if application.status in FINAL:
        return Fee.ENDED
    fee = (await contexts_of(work, [invoice.id]))[invoice.id].fee
    if fee.asks_too_little:
        return Fee.TOO_LITTLE
    if standing.due:
        return Fee.DUE
    return Fee.DUE_ELSEWHERE if fee.due else Fee.SETTLED


async def shortfall(work: Work, invoice: Invoice) -> int:
    """Return the pence by which credit notes and cheaper invoices have reduced the application's fee."""
    return (await contexts_of(work, [invoice.id]))[invoice.id].fee.shortfall
