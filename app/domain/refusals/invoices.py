"""Invoices, payments and credit notes."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from app.domain.fees import Money
from app.domain.formats import money
from app.domain.refusals.base import Conflict


@dataclass(frozen=True)
class BrokenRule:
    """A rule that an electronic invoice would break."""

    rule: Annotated[str, "The identifier that EN 16931 gives the rule."]
    detail: Annotated[str, "What is missing."]


class NoElectronicInvoice(Conflict):
    """No valid electronic document can be made: see 'broken_rules'. Read it as JSON or PDF instead."""

    broken_rules: Annotated[list[BrokenRule] | None, "What is missing, each with the rule that demands it."] = None


class InvoiceAlreadyIssued(Conflict):
    """The application already has its invoice: an application is invoiced once."""

    constraint = "uq_invoice_of_application"
    last_line = True


class PaymentAlreadyRecorded(Conflict):
    """This payment is already recorded: 'external_system' and 'external_payment_id' name it. See 'payment_id'."""

    constraint = "uq_invoice_entries_external_system"
    payment_id: Annotated[UUID | None, "The payment that is recorded."] = None
    invoice_id: Annotated[UUID | None, "The invoice on which it is recorded."] = None


class AlreadyReversed(Conflict):
    """This payment has already been reversed."""

    constraint = "uq_one_reversal_of_entry"
    reversal_id: Annotated[UUID | None, "The entry that reversed the payment."] = None


class ExceedsDue(Conflict):
    """You cannot credit more than the amount due. Enter a smaller amount."""

    due: Annotated[Money, "The amount due."]

    @property
    def detail(self) -> str:
        """The amount due."""
        return f"You cannot credit more than the amount due, {money(self.due.amount, self.due.currency)}."
