"""An invoice's balance, computed from the entries of its ledger alone (R18). Every amount is in whole pence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.invoices import EntryKind, InvoiceStatus

_E = EntryKind


@dataclass(frozen=True)
class Ledger:
    """An invoice's balance, where always `total` = `paid` - `refunded` + `credited` + `waived` + `due` - `overpaid`.

    `paid` excludes reversed payments and includes what was moved here from other invoices. `overpaid` is the customer's
    credit balance.
    """

    paid: int
    reversed: int
    credited: int
    due: int
    overpaid: int
    status: InvoiceStatus
    waived: int = 0
    refunded: int = 0

    @property
    def received(self) -> int:
        """The money that is here: received, and neither taken back nor refunded."""
        return self.paid - self.refunded

    def overdue(self, due_on: date, today: date) -> bool:
        """Return true if an amount is due and the due date has passed."""
        return self.due > 0 and due_on < today


def ledger(total: int, entries: Iterable[tuple[EntryKind, int]]) -> Ledger:
    """Compute the balance of an invoice of `total` pence from its entries: kinds and amounts, in any order.

    A settled invoice is `waived` if anything was waived, `credited` if credits alone settled it, else `paid`. The
    database derives the same (migration 0040).
    """
    sums, kinds = dict.fromkeys(EntryKind, 0), set()
    for kind, amount in entries:
        sums[kind] += amount
        kinds.add(kind)
    paid = sums[_E.PAYMENT] - sums[_E.REVERSAL] + sums[_E.ALLOCATION_IN] - sums[_E.ALLOCATION_OUT]
    credited, waived, refunded = sums[_E.CREDIT], sums[_E.WAIVER], sums[_E.REFUND]
    balance = total - paid + refunded - credited - waived
    if balance > 0:
        status = InvoiceStatus.PART_PAID if paid > refunded else InvoiceStatus.ISSUED
    elif _E.WAIVER in kinds:
        status = InvoiceStatus.WAIVED
    else:
        status = InvoiceStatus.CREDITED if 0 < credited >= total else InvoiceStatus.PAID
    return Ledger(paid, sums[_E.REVERSAL], credited, max(0, balance), max(0, -balance), status, waived, refunded)
