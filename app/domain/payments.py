"""Vocabulary of payments."""

from enum import StrEnum


class PaymentMethod(StrEnum):
    """How the fee reached the awarding organisation."""

    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    DIRECT_DEBIT = "direct_debit"
    CHEQUE = "cheque"
    CASH = "cash"
    OTHER = "other"
