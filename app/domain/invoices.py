"""Vocabularies of invoices and their ledgers."""

from enum import StrEnum


class InvoiceStatus(StrEnum):
    """The status of an invoice, derived from its ledger."""

    ISSUED = "issued"
    PART_PAID = "part_paid"
    PAID = "paid"
    CREDITED = "credited"
    WAIVED = "waived"


class InvoiceBalance(StrEnum):
    """Who owes on an invoice: the centre, or the awarding organisation."""

    DUE = "due"
    CREDIT = "credit"


class EntryKind(StrEnum):
    """The effect of a ledger entry.

    `payment`, `credit`, `waiver` and `allocation_in` reduce the amount due. `reversal` undoes a payment, `refund` pays
    a credit balance out, and `allocation_out` moves money to another invoice, whose `allocation_in` it names.
    """

    PAYMENT = "payment"
    REVERSAL = "reversal"
    CREDIT = "credit"
    REFUND = "refund"
    WAIVER = "waiver"
    ALLOCATION_OUT = "allocation_out"
    ALLOCATION_IN = "allocation_in"


class MovementKind(StrEnum):
    """The kinds of entries that are no credit notes: those have a list of their own."""

    PAYMENT = "payment"
    REVERSAL = "reversal"
    REFUND = "refund"
    WAIVER = "waiver"
    ALLOCATION_OUT = "allocation_out"
    ALLOCATION_IN = "allocation_in"


class MoneyDirection(StrEnum):
    """Which way money goes, seen from an invoice or from a bank account."""

    IN = "in"
    OUT = "out"


class CreditReason(StrEnum):
    """Why a credit note is issued, as VAT law knows it (VAT Regulations 1995, reg. 15C)."""

    MISTAKE = "mistake"
    AGREED_REDUCTION = "agreed_reduction"
    CANCELLED_SUPPLY = "cancelled_supply"
