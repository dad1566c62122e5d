"""Vocabulary of payments."""

from enum import StrEnum


class PaymentMethod(StrEnum):
    """How a payment arrived."""

    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    DIRECT_DEBIT = "direct_debit"
    CHEQUE = "cheque"
    CASH = "cash"
    OTHER = "other"
