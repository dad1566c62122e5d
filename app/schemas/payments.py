"""Money received for an invoice, and what takes it back (R18)."""

from datetime import date
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from app.domain import limits
from app.domain.invoices import CreditReason, EntryKind, InvoiceStatus
from app.domain.payments import PaymentMethod
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas import example_centre as example
from app.schemas.answered import MOST_PENCE, FullName, Note, Reference, Title, Word, up_to
from app.schemas.base import Answer, Request
from app.schemas.external_refs import ExternalRefs
from app.schemas.fields import IsoDate, choice, whole
from app.schemas.ids import InvoiceId, LedgerEntryId
from app.schemas.numbering import AwaitingNumber, ShownDocumentNumber
from app.schemas.refused import refused
from app.schemas.shared import Moment, Money, described
from app.schemas.text import one_line, several_lines

_PAYER_REFERENCE = f"{example.INVOICE_NUMBER} TRENT VALLEY"
_EXTERNAL_ID = "b26fd49a-cbae-470a-a8f8-bcbc119e0379"
_STATUS = described("`issued`, `part_paid`, `paid`, `credited` or `waived`.", "paid")
_PAID = described(
    "The total received, with what was moved here from other invoices and without what was moved away. Reversed "
    "payments are not counted.",
    example.FEE,
)
_CREDITED = described("The total credited.", example.NOTHING)
_WAIVED = described("The total waived.", example.NOTHING)
_REFUNDED = described("The total refunded.", example.NOTHING)
_DUE = described("The amount still due.", example.NOTHING)
_CREDIT_BALANCE = described("The amount received beyond what was due.", example.NOTHING)


class MoneyInput(Request):
    """An amount of money greater than zero."""

    amount: Annotated[int, whole(1, MOST_PENCE)] = Field(
        description="The amount in whole pence.", examples=[example.FEE["amount"]]
    )
    currency: Annotated[str, one_line(3, 3, pattern="^[A-Z]{3}$")] = Field(
        description="The currency's ISO 4217 code. It must be the invoice's.", examples=[example.FEE["currency"]]
    )


def named_whole(value: str | None, info: ValidationInfo) -> str | None:
    """An id in a finance system comes with the system, or neither comes."""
    # A malformed system is absent from `data` and already has its own fault.
    if "external_system" in info.data and (value is None) != (info.data["external_system"] is None):
        raise refused(
            InputFaultCode.BOTH_OR_NEITHER,
            "Send external_system and external_payment_id together, or neither of them.",
        )
    return value


class PaymentCreate(Request):
    """A payment that was received."""

    amount: MoneyInput = Field(
        description="The amount received. It may be less or more than the amount due and is recorded as received."
    )
    method: Annotated[PaymentMethod, choice()] = Field(
        description="How the payment arrived.", examples=["bank_transfer"]
    )
    received_on: IsoDate = Field(
        description="The day the payment arrived, by London's calendar. It cannot be in the future, nor more than 180 "
        "days before the invoice was issued.",
        examples=[example.PAID_ON],
    )
    payer_reference: Annotated[str, one_line(1, 140)] | None = Field(
        default=None,
        description="The payer's reference on the bank statement.",
        examples=[_PAYER_REFERENCE],
    )
    external_system: Annotated[str, one_line(1, 50)] | None = Field(
        default=None,
        description="The finance system that holds the payment; case makes no difference. Send it together with "
        "`external_payment_id`.",
        examples=["xero"],
    )
    external_payment_id: Annotated[str, one_line(1, 200)] | None = Field(
        default=None,
        description="The payment's id in that system. The pair is recorded only once, whatever the `Idempotency-Key`.",
        examples=[_EXTERNAL_ID],
        validate_default=True,
    )
    note: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None,
        description="A note. Everybody who can read the invoice can read it, the centre included.",
        examples=["Paid in full."],
    )

    _named_whole = field_validator("external_payment_id")(named_whole)


class PaymentReversalCreate(Request):
    """Reverse a payment that did not stand. A reversal is always for the full amount."""

    reason: Annotated[str, several_lines(1, 2000)] = Field(
        description="The reason. Everybody who can read the invoice can read it, the centre included.",
        examples=["The bank returned the direct debit unpaid."],
    )


class LedgerEntry(Answer):
    """An entry in an invoice's ledger. Entries never change."""

    id: LedgerEntryId
    kind: EntryKind = described(
        "`payment`, `credit`, `waiver` and `allocation_in` reduce the amount due. `reversal` undoes a payment, "
        "`refund` pays a credit balance out, and `allocation_out` moves money to another invoice.",
        "payment",
    )
    amount: Money = Field(
        description="The amount, greater than zero; only the waiver of an invoice that was credited in full has none."
    )
    method: PaymentMethod | None = described(
        "How a payment arrived or a refund was paid; null for other entries.", "bank_transfer"
    )
    received_on: date | None = described("The day a payment arrived; null for other entries.", example.PAID_ON)
    refunded_on: date | None = described("The day a refund was paid; null for other entries.", None)
    payer_reference: Title | None = described("The payer's reference, or null.", _PAYER_REFERENCE)
    external_refs: ExternalRefs
    external_system: Word | None = described("The finance system that holds the payment or refund, or null.", "xero")
    external_payment_id: Title | None = described("Its id in that system, or null.", _EXTERNAL_ID)
    credit_note_number: Reference | None = described("The credit note's number; null for other entries.", None)
    document_number: ShownDocumentNumber
    awaiting_number: AwaitingNumber
    reverses_id: LedgerEntryId | None = described("The payment that a reversal undoes; null for other entries.", None)
    reversed_by_id: LedgerEntryId | None = described("The reversal that undid this payment, or null.", None)
    reason_code: CreditReason | None = described(
        "Why a credit note was issued; null for other entries, and if nobody said.", None
    )
    counterpart_id: LedgerEntryId | None = described("The other half of an allocation; null for other entries.", None)
    counterpart_invoice_id: InvoiceId | None = described(
        "The invoice where an allocation's money came from or went; null for other entries.", None
    )
    note: Note | None = described("A payment's note, or the reason for any other entry; or null.", "Paid in full.")
    recorded_by_name: FullName = described("The person or finance system that recorded it.", example.FINANCE)
    recorded_at: Moment = described("When it was recorded.", example.PAYMENT_RECORDED_AT)


class InvoiceStanding(Answer):
    """How an invoice stands by its ledger: total = paid - refunded + credited + waived + due - credit_balance."""

    status: InvoiceStatus = _STATUS
    paid: Money = _PAID
    credited: Money = _CREDITED
    waived: Money = _WAIVED
    refunded: Money = _REFUNDED
    due: Money = _DUE
    credit_balance: Money = _CREDIT_BALANCE


class RecordedEntry(LedgerEntry):
    """The entry just recorded, and how the invoice stands now."""

    invoice_id: InvoiceId
    invoice: InvoiceStanding = Field(description="How the invoice stands now.")


class PaymentList(Answer):
    """An invoice's payments and their reversals, in the order in which they were recorded."""

    items: Annotated[list[LedgerEntry], up_to(2 * limits.PAYMENTS)] = Field(description="The payments and reversals.")
