"""Where an object of ours is in a finance system, and whether it is in step there."""

from datetime import timedelta
from enum import StrEnum
from string import ascii_lowercase, ascii_uppercase
from typing import Final

CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""How far a finance system's clock may be ahead of ours."""
_IN_LOWER_CASE: Final = str.maketrans(ascii_uppercase, ascii_lowercase)


def system_key(name: str) -> str:
    """Return the name by which a finance system is one, however somebody writes it: `XERO` is `xero`.

    Other letters than those of ASCII stay, because the database's trigger does the same in any locale.
    """
    return name.translate(_IN_LOWER_CASE)


class RefSubject(StrEnum):
    """A kind of object that has external references. An external id belongs to one object of its kind."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    REFUND = "refund"
    CENTRE = "centre"


class SyncState(StrEnum):
    """Whether the object is in the other system as it is here."""

    PENDING = "pending"
    SYNCED = "synced"
    FAILED = "failed"
