"""Vocabularies of invoices and their ledgers."""

from enum import StrEnum


class InvoiceStatus(StrEnum):
    """Derived from the ledger, never stored."""

    ISSUED = "issued"
    PART_PAID = "part_paid"
    PAID = "paid"
    CREDITED = "credited"


class EntryKind(StrEnum):
    """What an entry of an invoice's ledger does to the amount that is due (R18)."""

    PAYMENT = "payment"
    REVERSAL = "reversal"
    CREDIT = "credit"
