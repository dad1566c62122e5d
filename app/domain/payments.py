"""Vocabulary of payments."""

from enum import StrEnum


class PaymentStatus(StrEnum):
    """Whether a payment stands."""

    RECORDED = "recorded"
    REVERSED = "reversed"


class PaymentMethod(StrEnum):
    """How a payment arrived."""

    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    DIRECT_DEBIT = "direct_debit"
    CHEQUE = "cheque"
    CASH = "cash"
    OTHER = "other"
