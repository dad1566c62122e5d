"""Who numbers invoices and credit notes: we do, without gaps, or the finance system, after they are issued (R18)."""

import re
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

_OURS: Final = re.compile(
    rf"({'|'.join([*INVOICES.values(), *CREDIT_NOTES.values()])})-[0-9]{{4}}-[0-9]+", re.IGNORECASE
)


def is_of_our_series(number: str) -> bool:
    """Return true for a number that a series of ours has, or could come to.

    The finance system gives none of them, so our series stay unique and without gaps, whoever numbers next year.
    """
    return _OURS.fullmatch(number) is not None
