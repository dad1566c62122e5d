"""Money received for an invoice, and what takes it back (R18)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from app.domain import limits
from app.domain.invoices import EntryKind, InvoiceStatus
from app.domain.payments import PaymentMethod
from app.schemas.answered import MOST_PENCE, FullName, Note, Reference, Title, Word, up_to
from app.schemas.base import Answer, Request
from app.schemas.fields import IsoDate, choice, whole
from app.schemas.shared import NOTHING, AnswerId, Moment, Money, said
from app.schemas.text import one_line, several_lines


class MoneyInput(Request):
    """An amount of money that is more than nothing."""

    amount: Annotated[int, whole(1, MOST_PENCE)] = Field(description="The amount in whole pence.", examples=[50000])
    currency: Annotated[str, one_line(3, 3)] = Field(
        description="ISO 4217 code; it must be the invoice's.",
        examples=["GBP"],
        json_schema_extra={"pattern": "^[A-Z]{3}$"},
    )


class PaymentCreate(Request):
    """A payment that has been received."""

    amount: MoneyInput = Field(
        description="What was received. It may be less than what is due, or more: it is recorded as what it is."
    )
    method: Annotated[PaymentMethod, choice()] = Field(
        description="How it was received.", examples=[PaymentMethod.BANK_TRANSFER]
    )
    received_on: IsoDate = Field(
        description="The day on which it was received, in London; not in the future.", examples=["2026-11-20"]
    )
    payer_reference: Annotated[str, one_line(1, 140)] | None = Field(
        default=None,
        description="What the payer wrote, as on the bank's statement.",
        examples=["INV-2026-000045 TRENT VALLEY"],
    )
    external_system: Annotated[str, one_line(1, 50)] | None = Field(
        default=None,
        description="The finance system that knows the payment; given together with `external_payment_id`.",
        examples=["xero"],
    )
    external_payment_id: Annotated[str, one_line(1, 200)] | None = Field(
        default=None,
        description="The payment's id there. The two together are recorded once, whatever the Idempotency-Key.",
        examples=["b26fd49a-cbae-470a-a8f8-bcbc119e0379"],
        validate_default=True,
    )
    note: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None,
        description="A note that everybody who can read the invoice sees, the centre too.",
        examples=["First of two instalments."],
    )

    @field_validator("external_payment_id")
    @classmethod
    def _both_or_neither(cls, value: str | None, info: ValidationInfo) -> str | None:
        # A system that is malformed is missing from `data` and has a fault of its own.
        if "external_system" in info.data and (value is None) != (info.data["external_system"] is None):
            raise PydanticCustomError(
                "both_or_neither", "Give external_system and external_payment_id together, or neither of them."
            )
        return value


class PaymentReversalCreate(Request):
    """Take back a payment that did not stand, in full."""

    reason: Annotated[str, several_lines(1, 2000)] = Field(
        description="Why; everybody who can read the invoice sees it, the centre too.",
        examples=["The bank returned the direct debit unpaid."],
    )


class LedgerEntry(Answer):
    """One entry of an invoice's ledger; an entry is never changed."""

    id: AnswerId
    kind: EntryKind = said("`payment` and `credit` lessen what is due, and `reversal` takes a payment back.", "payment")
    amount: Money = Field(description="The amount, always more than nothing.")
    method: PaymentMethod | None = said("How a payment was received, or null.", "bank_transfer")
    received_on: date | None = said("The day on which a payment was received, or null.", "2026-11-20")
    payer_reference: Title | None = said("What the payer wrote, or null.", "INV-2026-000045 TRENT VALLEY")
    external_system: Word | None = said("The finance system that knows the payment, or null.", "xero")
    external_payment_id: Title | None = said("The payment's id there, or null.", "b26fd49a-cbae-470a-a8f8-bcbc119e0379")
    credit_note_number: Reference | None = said("The number of a credit's credit note, or null.", None)
    reverses_id: UUID | None = said("The payment that a reversal takes back, or null.", None)
    reversed_by_id: UUID | None = said("The reversal that took this payment back, or null.", None)
    note: Note | None = said("The note on a payment, the reason for anything else, or null.", "Paid in full.")
    recorded_by_name: FullName = said("Who recorded it: a person, or a finance system.", "Sam Taylor")
    recorded_at: Moment


class InvoiceStanding(Answer):
    """What an invoice's ledger comes to, derived from its entries: total = paid + credited + due - credit_balance."""

    status: InvoiceStatus = said("`issued`, `part_paid`, `paid` or `credited`.", "paid")
    paid: Money = Field(description="What was received and stands; reversed payments are not in it.")
    credited: Money = said("What was credited.", NOTHING)
    due: Money = said("What is still to be paid.", NOTHING)
    credit_balance: Money = said("What was received beyond what was due.", NOTHING)


class RecordedEntry(LedgerEntry):
    """An entry that was just recorded, and how the invoice stands now."""

    invoice_id: UUID = said("The invoice.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21")
    invoice: InvoiceStanding = Field(description="How the invoice stands now.")


class PaymentList(Answer):
    """The payments of an invoice and their reversals, in the order in which they were recorded."""

    items: Annotated[list[LedgerEntry], up_to(2 * limits.PAYMENTS)] = Field(description="Payments and reversals.")
