"""Files in the document store: which the product issues, and what can have happened to one."""

from enum import StrEnum


class IssuedKind(StrEnum):
    """The PDFs that the product issues: each is rendered once for its invoice, credit note, payment or recognition."""

    CERTIFICATE = "certificate"
    CREDIT_NOTE = "credit_note"
    INVOICE = "invoice"
    RECEIPT = "receipt"
    WELCOME_PACK = "welcome_pack"


class Damage(StrEnum):
    """Why a file is not what its row says."""

    MISSING = "missing"
    WRONG_SIZE = "wrong_size"
    CHANGED = "changed"
