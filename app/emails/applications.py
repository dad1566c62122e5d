"""Messages about an application's way from the centre to the inbox and back."""

from dataclasses import dataclass
from datetime import date, datetime

from app.emails.email import Email, StaffEmail


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSubmitted(Email):
    """R16, R18: the acknowledgement asks the centre to tell its finance contact to expect the invoice."""

    reference: str
    centre_name: str
    submitted_at: datetime
    finance_contact_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationInInbox(StaffEmail):
    """R16: the application has arrived in the awarding organisation's inbox."""

    reference: str
    centre_name: str
    submitted_by: str
    submitted_at: datetime
    due_on: date


@dataclass(frozen=True, slots=True)
class ReturnedItem:
    """One thing that the centre is asked to mend; `part` names the field or policy, where it is about one."""

    section: str
    part: str | None
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationReturned(Email):
    """R17: returned with an explanation and a list of items, each to be answered before resubmission."""

    reference: str
    centre_name: str
    explanation: str
    items: tuple[ReturnedItem, ...]
    answer_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnItemsAnswered(StaffEmail):
    """R17: staff are told once, when the last item of a return is answered; the resubmission is still to come."""

    reference: str
    centre_name: str
    item_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationResubmitted(StaffEmail):
    """R17: the application is back, with every item of the return answered."""

    reference: str
    centre_name: str
    submitted_by: str
    submitted_at: datetime
    item_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialReviewPassed(Email):
    """R18: the centre is told that the invoice now goes to its finance contact."""

    reference: str
    centre_name: str
    finance_contact_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWithdrawn(Email):
    """Confirms a withdrawal; `credited_invoice_number` when something unpaid was credited in full."""

    reference: str
    centre_name: str
    withdrawn_by: str
    withdrawn_at: datetime
    credited_invoice_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWithdrawnStaff(StaffEmail):
    """Tells whoever was working on the application that there is nothing more to do."""

    reference: str
    centre_name: str
    withdrawn_by: str
    withdrawn_at: datetime
    reason: str | None
