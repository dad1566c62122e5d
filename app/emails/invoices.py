"""Messages about the recognition invoice. The finance contact cannot log in, so each says all that is needed to pay."""

from dataclasses import dataclass
from datetime import date

from app.emails.email import Email
from app.settings import Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceEmail(Email):
    """What both messages about an unpaid invoice say. Amounts are whole pence."""

    centre_name: str
    invoice_number: str
    amount_due_pence: int
    currency: str
    due_on: date
    payment_reference: str
    purchase_order_number: str | None
    bank: Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceIssued(InvoiceEmail):
    """R18: the first that the finance contact hears from the awarding organisation. The PDF is attached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceOverdue(InvoiceEmail):
    """A reminder after the due date. The PDF is attached again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceived(Email):
    """R18, R19: the fee is paid in full; `centre_lead_name` is None while nobody could be assigned."""

    reference: str
    centre_name: str
    invoice_number: str
    amount_pence: int
    currency: str
    received_on: date
    centre_lead_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReversed(Email):
    """R18: to the centre and its finance contact. An application that is under way waits again until nothing is due."""

    reference: str
    centre_name: str
    invoice_number: str
    application_waits: bool
    reversed_pence: int
    amount_due_pence: int
    currency: str
    reversed_on: date
    payment_reference: str
    bank: Bank
