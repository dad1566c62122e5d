"""Numbers that the finance system gives to invoices and credit notes."""

from typing import Annotated

from app.domain.refusals.base import Conflict


class NumberAwaited(Conflict):
    """This document waits for its number from the finance system. Post the number, then ask again."""


class NumberedHere(Conflict):
    """This document has a number of our own series, which never changes."""


class NumberAlreadyGiven(Conflict):
    """This document has another number already, see 'document_number'. A number never changes."""

    document_number: Annotated[str, "The number that the document has."]


class NumberTaken(Conflict):
    """Another document of this kind has this number. Post each number once."""

    constraint = ("uq_invoices_ledger_number", "uq_invoice_entries_ledger_number")
