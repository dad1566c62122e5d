"""The recognition fee: its invoice lines and its ledger (R18). Every amount is in whole pence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from app.domain.invoices import EntryKind, InvoiceStatus


@dataclass(frozen=True)
class Money:
    """An amount in the currency's smallest unit."""

    amount: int
    currency: str


class VatCategory(StrEnum):
    """An EN 16931 VAT category code."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    OUTSIDE = "O"


@dataclass(frozen=True)
class FeeLine:
    """One line of an invoice, with the VAT rate in per cent (EN 16931 BT-152) and any exemption reason (BT-120)."""

    description: str
    quantity: int
    net_pence: int
    vat_category: VatCategory
    vat_rate_percent: Decimal
    vat_pence: int
    exemption_reason: str | None


@dataclass(frozen=True)
class Totals:
    """The sums of an invoice's lines."""

    net_pence: int
    vat_pence: int

    @property
    def total_pence(self) -> int:
        """The amount to pay: net plus VAT."""
        return self.net_pence + self.vat_pence


def fee_line(
    description: str, net_pence: int, vat_category: VatCategory, rate_percent: Decimal, exemption_reason: str | None
) -> FeeLine:
    """Return the fee as one line, with VAT rounded half up to the penny.

    Only category S is charged VAT (EN 16931 BR-Z-09, BR-E-09, BR-O-09); the others have rate 0. Only E and O give a
    reason.
    """
    rate = rate_percent if vat_category is VatCategory.STANDARD else Decimal(0)
    vat = (net_pence * rate / 100).quantize(Decimal("1"), ROUND_HALF_UP)
    reason = exemption_reason if vat_category in (VatCategory.EXEMPT, VatCategory.OUTSIDE) else None
    return FeeLine(description, 1, net_pence, vat_category, rate, int(vat), reason)


def totals(lines: Iterable[FeeLine]) -> Totals:
    """Add up the lines. Each is already rounded, so the sums match them to the penny."""
    lines = list(lines)
    return Totals(sum(line.net_pence for line in lines), sum(line.vat_pence for line in lines))


def lines_again(lines: Sequence[FeeLine], pence: int, old_number: str) -> list[FeeLine]:
    """Return the lines of an invoice that asks for `pence` again, VAT included, of what those of the old one came to.

    If that is another sum, each line says so and is charged its share, and the last one what is left by rounding.
    """
    total = totals(lines).total_pence
    if pence == total:
        return list(lines)
    left, again = pence, []
    for number, line in enumerate(lines, start=1):
        whole = line.net_pence + line.vat_pence
        gross = left if number == len(lines) else _rounded(whole * pence, total)
        net = _rounded(line.net_pence * gross, whole) if whole else 0
        left -= gross
        description = f"{line.description}: unpaid on invoice {old_number}"
        again.append(replace(line, description=description, net_pence=net, vat_pence=gross - net))
    return again


def _rounded(numerator: int, denominator: int) -> int:
    return int((Decimal(numerator) / denominator).quantize(Decimal("1"), ROUND_HALF_UP))


@dataclass(frozen=True)
class Ledger:
    """An invoice's balance, where always `total` = `paid` + `credited` + `due` - `overpaid`.

    `paid` excludes reversed payments. `overpaid` is the customer's credit balance.
    """

    paid: int
    reversed: int
    credited: int
    due: int
    overpaid: int
    status: InvoiceStatus

    def overdue(self, due_on: date, today: date) -> bool:
        """Return true if an amount is due and the due date has passed."""
        return self.due > 0 and due_on < today


def ledger(total: int, entries: Iterable[tuple[EntryKind, int]]) -> Ledger:
    """Compute the balance of an invoice of `total` pence from its entries: kinds and positive amounts, in any order.

    The status is `credited` if credits alone settled the invoice, and `paid` if any payment helped to.
    """
    sums = dict.fromkeys(EntryKind, 0)
    for kind, amount in entries:
        sums[kind] += amount
    paid, credited = sums[EntryKind.PAYMENT] - sums[EntryKind.REVERSAL], sums[EntryKind.CREDIT]
    balance = total - paid - credited
    if balance > 0:
        status = InvoiceStatus.PART_PAID if paid > 0 else InvoiceStatus.ISSUED
    else:
        status = InvoiceStatus.CREDITED if credited > 0 >= paid else InvoiceStatus.PAID
    return Ledger(paid, sums[EntryKind.REVERSAL], credited, max(0, balance), max(0, -balance), status)
