"""Where an object of ours is in a finance system, and whether it is in step there."""

from enum import StrEnum


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
