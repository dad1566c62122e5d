"""What finance does about an invoice that is wrong, waived or overpaid (R18)."""

from typing import Annotated

from pydantic import Field, field_validator

from app.domain import limits
from app.domain.invoices import CreditReason
from app.domain.payments import PaymentMethod
from app.domain.vat import VatCategory
from app.schemas import example_centre as example
from app.schemas.addresses import AddressInput
from app.schemas.base import Request
from app.schemas.fields import IsoDate, choice, organisations_name, printable, whole
from app.schemas.identifiers import VatNumber
from app.schemas.ids import InvoiceId
from app.schemas.payments import MoneyInput, named_whole
from app.schemas.text import one_line, several_lines

_Reason = Annotated[str, several_lines(1, 2000)]
_EVERYBODY = "Everybody who can read the invoice can read it, the centre included."


class ReplacementLine(Request):
    """A line of the new invoice."""

    description: Annotated[str, one_line(1, 200), printable] = Field(
        description="What is charged for.", examples=["Centre recognition fee"]
    )
    quantity: Annotated[int, whole(1, 1000)] = Field(default=1, description="The quantity.", examples=[1])
    net: MoneyInput = Field(description="The amount of the whole line without VAT.")


class ReplacementCustomer(Request):
    """What the new invoice says of the centre instead of today's details. What is left out comes from these."""

    legal_name: Annotated[str, one_line(1, 200), organisations_name] | None = Field(
        default=None, description="The organisation's legal name.", examples=[example.LEGAL_NAME]
    )
    address: AddressInput | None = Field(default=None, description="The address.")
    vat_number: VatNumber | None = Field(default=None, description="The VAT number.")


class InvoiceReplacementCreate(Request):
    """Credit an invoice in full, and issue another for it."""

    reason: _Reason = Field(
        description=f"What was wrong, for the credit note. {_EVERYBODY}", examples=["The purchase order was missing."]
    )
    reason_code: Annotated[CreditReason, choice()] = Field(
        default=CreditReason.MISTAKE, description="Why the credit note is issued.", examples=["mistake"]
    )
    purchase_order_number: Annotated[str, one_line(1, 50), printable] | None = Field(
        default=None,
        description="The centre's purchase order number. Without it, that of the application's invoice details.",
        examples=[example.PURCHASE_ORDER],
    )
    customer: ReplacementCustomer | None = Field(
        default=None, description="Corrections of the centre's details. Without them, today's details."
    )
    lines: Annotated[list[ReplacementLine], Field(min_length=1, max_length=limits.INVOICE_LINES)] | None = Field(
        default=None,
        description="The lines, if they change. Without them, those of the old invoice, also where a credit note had "
        "reduced it.",
    )
    vat_category: Annotated[VatCategory, choice()] | None = Field(
        default=None,
        description="The VAT treatment: the fee's or that of eligible bodies, by the deployment's settings. Without "
        "it, that of the old invoice's first line.",
        examples=["E"],
    )


class WaiverCreate(Request):
    """Waive what is due on an invoice, or the fee of one that was credited."""

    reason: _Reason = Field(description=f"The reason. {_EVERYBODY}", examples=["Agreed with the board on 20 October."])


class AllocationCreate(Request):
    """Move money from an invoice's credit balance to another invoice of the centre."""

    amount: MoneyInput = Field(
        description="The amount to move, at most the credit balance, and at most the amount due on the other invoice."
    )
    to_invoice_id: InvoiceId = Field(description="The invoice to move it to.", examples=[example.INVOICE_ID])
    note: _Reason | None = Field(
        default=None, description=f"A note. {_EVERYBODY}", examples=["Paid on the invoice that was replaced."]
    )


class RefundCreate(Request):
    """A refund that was paid out of a credit balance."""

    amount: MoneyInput = Field(description="The amount refunded, at most the credit balance.")
    method: Annotated[PaymentMethod, choice()] = Field(description="How it was paid.", examples=["bank_transfer"])
    refunded_on: IsoDate = Field(
        description="The day it was paid, by London's calendar. It cannot be in the future, nor before the invoice was "
        "issued.",
        examples=[example.PAID_ON],
    )
    external_system: Annotated[str, one_line(1, 50)] | None = Field(
        default=None,
        description="The finance system that holds the refund; case makes no difference. Send it together with "
        "`external_payment_id`.",
        examples=["xero"],
    )
    external_payment_id: Annotated[str, one_line(1, 200)] | None = Field(
        default=None,
        description="The refund's id in that system. Payments and refunds share the ids of a system. The same refund "
        "again answers with the one that is recorded, whatever the `Idempotency-Key`.",
        examples=["b26fd49a-cbae-470a-a8f8-bcbc119e0379"],
        validate_default=True,
    )
    note: _Reason | None = Field(
        default=None, description=f"A note. {_EVERYBODY}", examples=["Paid twice on 3 October."]
    )

    _named_whole = field_validator("external_payment_id")(named_whole)
