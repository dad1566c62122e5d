"""The invoices for centre recognition, and credit notes on them (R18)."""

from typing import Annotated, Any

from fastapi import Query, Request

from app.domain.permissions import Permission
from app.domain.refusals.invoices import ExceedsDue, NoElectronicInvoice
from app.domain.refusals.numbering import NumberAwaited
from app.domain.refusals.requests import DocumentDamaged, StorageFull, TooManyRecords
from app.http.access import require
from app.http.dependencies import DatabaseDep, StoreDep, Target, WorkDep
from app.http.downloads import list_responses, send_list
from app.http.negotiation import JSON, represent, representation
from app.http.refuses import refuses
from app.http.route import router
from app.models import Invoice
from app.pdf.issued.keeping import EXTENSIONS, PDF, XML, file_name
from app.queries.invoices import find_invoice
from app.schemas import invoices as schemas
from app.schemas.credit_notes import CreditNoteCreate
from app.schemas.payments import RecordedEntry
from app.services.exports import ENDINGS
from app.services.invoices import credit_notes, listing

routes = router("/v1/invoices", "Invoices")
InvoiceDep = Annotated[Invoice, Target]
# Until 1.5 every caller got JSON, whatever it asked for.
ListTypeDep = Annotated[str, representation(JSON, *ENDINGS, otherwise=JSON)]
MediaTypeDep = Annotated[str, representation(JSON, PDF, XML)]


@routes.get(
    "",
    operation_id="listInvoices",
    summary="List invoices",
    response_model=schemas.InvoicePage,
    responses=list_responses(),
    dependencies=[require(Permission.READ_INVOICES)],
)
async def list_invoices(
    request: Request,
    work: WorkDep,
    database: DatabaseDep,
    query: Annotated[schemas.InvoiceQuery, Query()],
    media_type: ListTypeDep,
) -> Any:
    """Returns invoices, newest first. Staff and finance systems see every invoice, a centre only its own.

    A list that is filtered by the day of payment, or by the due day, is sorted by it. With `Accept: text/csv` or
    `application/jsonl`, it returns all the invoices of the list as one file, oldest first, as they stand at one moment;
    `limit` and `cursor` do not apply. In the CSV, amounts are in pounds and, under `…_pence`, in pence.
    """
    shown = await listing.list_as(work, database, query, media_type)
    return send_list(request, shown, media_type, "invoices")


@routes.get(
    "/{invoice_id}",
    operation_id="getInvoice",
    summary="Read an invoice",
    response_model=schemas.Invoice,
    responses={200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (PDF, XML)}}},
    dependencies=[require(Permission.READ_INVOICES, find_invoice)],
)
@refuses(NumberAwaited, StorageFull, DocumentDamaged, NoElectronicInvoice)
async def get_invoice(
    work: WorkDep, database: DatabaseDep, store: StoreDep, row: InvoiceDep, media_type: MediaTypeDep
) -> Any:
    """Returns the invoice as JSON with its ledger.

    With `Accept: application/pdf` it is the PDF as issued; with `Accept: application/xml` the electronic invoice, UBL
    2.1 by EN 16931, and by Peppol BIS Billing 3.0 where both parties have an electronic address. The PDF carries the
    same XML. Both stay the same for ever.
    """
    shown = await listing.show_as(work, database, store, row, media_type)
    return represent(
        shown, media_type, version=None, file_name=f"{file_name(row.printed_number)}{EXTENSIONS.get(media_type)}"
    )


@routes.post(
    "/{invoice_id}/credit-notes",
    operation_id="creditInvoice",
    status_code=201,
    summary="Credit an invoice",
    dependencies=[
        require(Permission.CREDIT_INVOICES, find_invoice, key_required=True, location="/v1/invoices/{invoice_id}")
    ],
)
@refuses(ExceedsDue, TooManyRecords)
async def credit_invoice(work: WorkDep, row: InvoiceDep, body: CreditNoteCreate) -> RecordedEntry:
    """Reduces the amount due by a numbered credit note. Once the application was withdrawn or closed, a credit note can
    also cover what was paid, which leaves a credit balance to refund.

    The application moves on when nothing is due on any of its invoices and at least half of the fee was paid or waived.
    To let it go on with less, have a colleague waive the invoice.
    """
    return await credit_notes.credit_invoice(work, row, body)
