"""Who numbers invoices and credit notes: we do, without gaps, or the finance system, after they are issued (R18)."""

from enum import StrEnum
from typing import Final


class Numbering(StrEnum):
    """Where the number on an invoice or credit note comes from."""

    INTERNAL = "internal"
    EXTERNAL = "external"


INVOICES: Final = {Numbering.INTERNAL: "INV", Numbering.EXTERNAL: "REQ"}
"""The series of `number`: the invoice's own number, or our reference for an invoice that the finance system numbers."""

CREDIT_NOTES: Final = {Numbering.INTERNAL: "CN", Numbering.EXTERNAL: "CRQ"}
"""As `INVOICES`."""
