"""Credit notes: how an issued invoice is reduced (R18)."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.invoices import CreditReason
from app.schemas import example_centre as example
from app.schemas.answered import FullName, Name, Note, Reference, Title, up_to
from app.schemas.base import Answer, Page, Request
from app.schemas.external_refs import ExternalRefs
from app.schemas.fields import IsoDate, choice
from app.schemas.ids import ApplicationId, CentreId, CreditNoteId, InvoiceId
from app.schemas.invoices import InvoiceCustomer, InvoiceLine, InvoiceSupplier, VatSubtotal
from app.schemas.numbering import AwaitingNumber, InvoiceDocumentNumber, ShownDocumentNumber
from app.schemas.paging import Asked, ExternalQuery, UpdatedSince
from app.schemas.payments import MoneyInput
from app.schemas.shared import Moment, Money, UpdatedAt, described
from app.schemas.text import several_lines

_REASON = "A reduction of the fee that we agreed on 20 October 2026."


class CreditNoteCreate(Request):
    """Credit some or all of the amount due."""

    amount: MoneyInput = Field(description="The amount to credit, at most the amount due.")
    reason_code: Annotated[CreditReason, choice()] | None = Field(
        default=None,
        description="Why the credit note is issued: a mistake on the invoice, a reduction that was agreed, or a supply "
        "that was cancelled.",
        examples=["agreed_reduction"],
    )
    reason: Annotated[str, several_lines(1, 2000)] = Field(
        description="The reason. Everybody who can read the invoice can read it, the centre included.",
        examples=[_REASON],
    )


class CreditNoteSummary(Answer):
    """A credit note in a list. Only its external references change."""

    id: CreditNoteId
    number: Reference = described(
        "The credit note's number. Each year has one series without gaps.", example.CREDIT_NOTE_NUMBER
    )
    document_number: ShownDocumentNumber
    awaiting_number: AwaitingNumber
    issued_on: date = described("The day of issue, by London's calendar.", example.CREDITED_ON)
    issued_at: Moment = described("When it was issued.", example.CREDITED_AT)
    invoice_id: InvoiceId
    invoice_number: Reference = described("The number of the invoice that it reduces.", example.INVOICE_NUMBER)
    invoice_document_number: InvoiceDocumentNumber
    invoice_issued_on: date = described("The day on which that invoice was issued.", example.INVOICED_ON)
    application_id: ApplicationId
    application_reference: Reference = described("The application's reference.", example.APPLICATION_REFERENCE)
    centre_id: CentreId
    centre_name: Title = described("The centre's name on the day of the invoice.", example.NAME)
    amount: Money = Field(description="The amount credited, VAT included; always greater than zero.")
    net: Money = Field(description="The amount credited, without VAT.")
    vat: Money = described("The VAT credited.", example.NOTHING)
    reason: Note = described("The reason.", _REASON)
    reason_code: CreditReason | None = described(
        "`mistake`, `agreed_reduction` or `cancelled_supply`; null where none was given. New codes may be added.",
        "agreed_reduction",
    )
    external_refs: ExternalRefs
    issued_by_name: FullName = described("The person or finance system that issued it.", example.FINANCE)
    updated_at: UpdatedAt


class CreditNote(CreditNoteSummary):
    """A credit note with the particulars that VAT law asks for."""

    supplier: InvoiceSupplier = Field(description="The awarding organisation, as on the invoice.")
    customer: InvoiceCustomer = Field(description="The centre, as on the invoice.")
    purchase_order_number: Name | None = described(
        "The centre's purchase order number, or null.", example.PURCHASE_ORDER
    )
    buyer_reference: Name = described(
        "The purchase order number, or the application's reference if there is none.", example.PURCHASE_ORDER
    )
    lines: Annotated[list[InvoiceLine], up_to(limits.INVOICE_LINES)] = Field(
        description="What is credited of each line of the invoice: the decrease without VAT, the rate, and the VAT."
    )
    vat_subtotals: Annotated[list[VatSubtotal], up_to(limits.INVOICE_LINES)] = Field(
        description="What is credited of each VAT category and rate."
    )
    sample: bool = described("True if the fee or bank details were a development sample.", False)


class CreditNotePage(Page[CreditNoteSummary]):
    """Credit notes, newest first, or with `updated_since` by their change."""


class CreditNoteQuery(ExternalQuery):
    """Filters for the list of credit notes."""

    number: Annotated[
        Asked | None,
        Field(description="Return only the credit note with this number.", examples=[example.CREDIT_NOTE_NUMBER]),
    ] = None
    invoice_number: Annotated[
        Asked | None,
        Field(description="Return only credit notes on this invoice.", examples=[example.INVOICE_NUMBER]),
    ] = None
    centre_id: Annotated[CentreId | None, Field(description="Return only this centre's credit notes.")] = None
    application_id: Annotated[
        ApplicationId | None, Field(description="Return only credit notes on this application's invoices.")
    ] = None
    issued_from: Annotated[
        IsoDate | None,
        Field(description="Return only credit notes issued on or after this day.", examples=["2026-10-01"]),
    ] = None
    issued_before: Annotated[
        IsoDate | None, Field(description="Return only credit notes issued before this day.", examples=["2026-11-01"])
    ] = None
    awaiting_number: Annotated[
        bool | None,
        Field(
            description="True returns only those that await the finance system's number, false only the others.",
            examples=[True],
        ),
    ] = None
    updated_since: UpdatedSince = None
