"""Payments of all invoices, with what else moves money in their ledgers (R18)."""

from typing import Annotated

from pydantic import Field

from app.domain.invoices import MovementKind
from app.domain.payments import PaymentStatus
from app.schemas import example_centre as example
from app.schemas.answered import Reference
from app.schemas.base import Page
from app.schemas.fields import IsoDate
from app.schemas.ids import ApplicationId, CentreId, InvoiceId
from app.schemas.numbering import InvoiceDocumentNumber
from app.schemas.paging import Asked, ExternalQuery, UpdatedSince
from app.schemas.payments import LedgerEntry
from app.schemas.shared import CentreName, UpdatedAt, described


class PaymentSummary(LedgerEntry):
    """An entry of an invoice's ledger, with the invoice."""

    status: PaymentStatus | None = described("Whether a payment stands; null for other entries.", "recorded")
    invoice_id: InvoiceId
    invoice_number: Reference = described("The invoice's number.", example.INVOICE_NUMBER)
    invoice_document_number: InvoiceDocumentNumber
    application_id: ApplicationId
    application_reference: Reference = described("The application's reference.", example.APPLICATION_REFERENCE)
    centre_id: CentreId
    centre_name: CentreName
    updated_at: UpdatedAt


class PaymentPage(Page[PaymentSummary]):
    """Payments, newest first, or with `updated_since` by their change."""


class PaymentQuery(ExternalQuery):
    """Filters for the list of payments."""

    kind: Annotated[
        list[MovementKind],
        Field(
            default_factory=list,
            max_length=len(MovementKind),
            description="Return only entries of these kinds. `listCreditNotes` returns the credit notes.",
            examples=[["payment"]],
        ),
    ]
    status: Annotated[
        PaymentStatus | None,
        Field(description="Return only payments that stand, or only those that were reversed.", examples=["recorded"]),
    ] = None
    invoice_number: Annotated[
        Asked | None, Field(description="Return only entries of this invoice.", examples=[example.INVOICE_NUMBER])
    ] = None
    centre_id: Annotated[CentreId | None, Field(description="Return only entries of this centre's invoices.")] = None
    application_id: Annotated[
        ApplicationId | None, Field(description="Return only entries of this application's invoices.")
    ] = None
    recorded_from: Annotated[
        IsoDate | None,
        Field(description="Return only entries recorded on or after this day, in London.", examples=["2026-10-01"]),
    ] = None
    recorded_before: Annotated[
        IsoDate | None,
        Field(description="Return only entries recorded before this day, in London.", examples=["2026-11-01"]),
    ] = None
    received_from: Annotated[
        IsoDate | None,
        Field(
            description="Return only payments received on or after this day, the latest first.", examples=["2026-10-01"]
        ),
    ] = None
    received_before: Annotated[
        IsoDate | None,
        Field(description="Return only payments received before this day, the latest first.", examples=["2026-11-01"]),
    ] = None
    updated_since: UpdatedSince = None
