"""Payments of an invoice, and their reversals (R18)."""

from typing import Annotated

from fastapi import Request, Response

from app.domain.permissions import Permission
from app.domain.refusals.invoices import AlreadyReversed, PaymentAlreadyRecorded, RecordedDifferently
from app.domain.refusals.numbering import NumberAwaited
from app.domain.refusals.requests import DocumentDamaged, StorageFull, TooManyRecords
from app.http.access import require
from app.http.dependencies import DatabaseDep, StoreDep, Target, WorkDep
from app.http.downloads import download_responses, download_stored
from app.http.refuses import refuses
from app.http.route import router
from app.models import Invoice, InvoiceEntry
from app.pdf.issued.keeping import PDF
from app.queries.invoices import find_invoice, find_payment
from app.queries.locked_invoices import InvoiceKey, find_invoice_key
from app.schemas import payments as schemas
from app.services import payments
from app.services.invoices.receipts import issue_receipt

routes = router("/v1/invoices/{invoice_id}/payments", "Invoices")
InvoiceDep = Annotated[Invoice, Target]
InvoiceKeyDep = Annotated[InvoiceKey, Target]
PaymentDep = Annotated[InvoiceEntry, Target]


@routes.post(
    "",
    operation_id="recordPayment",
    status_code=201,
    summary="Record a payment",
    dependencies=[
        require(
            Permission.RECORD_PAYMENTS,
            find_invoice_key,
            key_required=True,
            location="/v1/invoices/{invoice_id}/payments",
        )
    ],
)
@refuses(PaymentAlreadyRecorded, RecordedDifferently, TooManyRecords)
async def record_payment(work: WorkDep, row: InvoiceKeyDep, body: schemas.PaymentCreate) -> schemas.RecordedEntry:
    """Records a payment. Part payments, overpayments and late payments are accepted.

    The application moves on when nothing is due.
    """
    return await payments.record_payment(work, row, body)


@routes.get(
    "",
    operation_id="listPayments",
    summary="List payments",
    dependencies=[require(Permission.READ_PAYMENTS, find_invoice)],
)
async def list_payments(work: WorkDep, row: InvoiceDep) -> schemas.PaymentList:
    """Returns every payment and reversal in the order in which they were recorded."""
    return await payments.list_all(work, row)


@routes.get(
    "/{payment_id}/receipt",
    operation_id="getReceipt",
    summary="Download the receipt for a payment",
    response_class=Response,
    responses=download_responses(PDF),
    dependencies=[require(Permission.READ_PAYMENTS, find_payment)],
)
@refuses(StorageFull, DocumentDamaged, NumberAwaited)
async def get_receipt(
    request: Request, work: WorkDep, database: DatabaseDep, store: StoreDep, row: PaymentDep
) -> Response:
    """Returns a PDF with the payment, and what was due once it was recorded. It is not a VAT invoice.
    Where the finance system numbers invoices, it waits for the invoice's number."""
    return download_stored(request, work, store, await issue_receipt(work, database, store, row))


@routes.post(
    "/{payment_id}/reversal",
    operation_id="reversePayment",
    status_code=201,
    summary="Reverse a payment",
    dependencies=[
        require(
            Permission.RECORD_PAYMENTS, find_payment, key_required=True, location="/v1/invoices/{invoice_id}/payments"
        )
    ],
)
@refuses(AlreadyReversed)
async def reverse_payment(work: WorkDep, row: PaymentDep, body: schemas.PaymentReversalCreate) -> schemas.RecordedEntry:
    """Reverses the whole payment, once. What of it had moved to another invoice comes back from there.

    The application waits again until nothing is due.
    """
    return await payments.reverse_payment(work, row, body)
