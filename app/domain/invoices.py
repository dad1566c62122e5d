"""Vocabularies of invoices and their ledgers."""

from enum import StrEnum


class InvoiceStatus(StrEnum):
    """The status of an invoice, derived from its ledger."""

    ISSUED = "issued"
    PART_PAID = "part_paid"
    PAID = "paid"
    CREDITED = "credited"


class EntryKind(StrEnum):
    """The effect of a ledger entry: `payment` and `credit` reduce the amount due, `reversal` undoes a payment."""

    PAYMENT = "payment"
    REVERSAL = "reversal"
    CREDIT = "credit"
