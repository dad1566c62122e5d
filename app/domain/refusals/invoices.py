"""Invoices, payments and credit notes."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from app.domain.fees import Money
from app.domain.formats import money
from app.domain.refusals.base import Conflict, Forbidden


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

    constraint = "uq_first_invoice_of_application"
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

    due: Annotated[Money, "The amount due; once the application was withdrawn or closed, what is not credited yet."]

    @property
    def detail(self) -> str:
        """The largest amount."""
        return f"You cannot credit more than {money(self.due.amount, self.due.currency)} on this invoice."


class RecordedDifferently(Conflict):
    """This external id is already recorded with another amount, or as another kind of entry. Check both: an entry is
    never changed. See 'payment_id'."""

    payment_id: Annotated[UUID | None, "The entry that is recorded."] = None
    invoice_id: Annotated[UUID | None, "The invoice on which it is recorded."] = None
    recorded: Annotated[Money | None, "The amount that is recorded."] = None

    @property
    def detail(self) -> str:
        """The amount that is recorded."""
        if self.recorded is None:
            return self.sentence
        amount = money(self.recorded.amount, self.recorded.currency)
        return f"This external id is already recorded with {amount}. Check both: an entry is never changed."


class ExceedsCreditBalance(Conflict):
    """The invoice has no credit balance as large as this. Enter a smaller amount."""

    credit_balance: Annotated[Money | None, "The credit balance."] = None

    @property
    def detail(self) -> str:
        """The credit balance."""
        if self.credit_balance is None:
            return self.sentence
        balance = money(self.credit_balance.amount, self.credit_balance.currency)
        return f"The invoice's credit balance is {balance}. Enter that or a smaller amount."


class AllocationExceedsDue(Conflict):
    """Less than this is due on the invoice that the money would go to. Enter a smaller amount."""

    due: Annotated[Money | None, "The amount due on the other invoice."] = None

    @property
    def detail(self) -> str:
        """The amount due there."""
        if self.due is None:
            return self.sentence
        return f"On the other invoice {money(self.due.amount, self.due.currency)} is due. Enter that or less."


class NothingToWaive(Conflict):
    """Nothing is due on this invoice, and no fee of it was credited that could be waived."""


class InvoiceReplaced(Conflict):
    """Another invoice has replaced this one. Go on with that one."""

    constraint = "uq_replacement_of_invoice"
    replacement_id: Annotated[UUID | None, "The invoice that replaced it."] = None


class InvoiceWaived(Conflict):
    """The invoice was waived, in part or in full, so it is not replaced."""


class NothingToReplace(Conflict):
    """The application was withdrawn or closed, so nothing is asked for any more. Refund what was paid."""


class OwnInvoice(Forbidden):
    """You issued an invoice of this application, or a credit note on one. Ask a colleague in finance to waive it."""
