"""Files in the document store: which the product issues, and what can have happened to one."""

from enum import StrEnum


class IssuedKind(StrEnum):
    """The files that the product issues: each is made once for its invoice, credit note, payment or recognition.

    The electronic ones are UBL; their PDFs carry the same bytes.
    """

    CERTIFICATE = "certificate"
    CREDIT_NOTE = "credit_note"
    ELECTRONIC_CREDIT_NOTE = "electronic_credit_note"
    ELECTRONIC_INVOICE = "electronic_invoice"
    INVOICE = "invoice"
    RECEIPT = "receipt"
    WELCOME_PACK = "welcome_pack"


class Damage(StrEnum):
    """Why a file is not what its row says."""

    MISSING = "missing"
    WRONG_SIZE = "wrong_size"
    CHANGED = "changed"
