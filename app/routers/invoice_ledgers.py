"""What finance does about an invoice that is wrong, waived or overpaid (R18)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.invoices import (
    AllocationExceedsDue,
    ExceedsCreditBalance,
    InvoiceReplaced,
    InvoiceWaived,
    NothingToReplace,
    NothingToWaive,
    OwnInvoice,
    RecordedDifferently,
)
from app.domain.refusals.requests import TooManyRecords
from app.http.access import require
from app.http.dependencies import Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import Invoice
from app.queries.invoices import find_invoice
from app.schemas import invoice_ledgers as bodies
from app.schemas.invoices import Invoice as InvoiceAnswer
from app.schemas.payments import RecordedEntry
from app.services.invoices import allocations, refunds, replacing, waivers

routes = router("/v1/invoices/{invoice_id}", "Invoices")
InvoiceDep = Annotated[Invoice, Target]
_HERE = "/v1/invoices/{invoice_id}"


@routes.post(
    "/replacement",
    operation_id="reissueInvoice",
    status_code=201,
    summary="Replace an invoice",
    dependencies=[require(Permission.REISSUE_INVOICES, find_invoice, key_required=True, location="/v1/invoices/{id}")],
)
@refuses(InvoiceReplaced, InvoiceWaived, NothingToReplace, TooManyRecords)
async def reissue_invoice(work: WorkDep, row: InvoiceDep, body: bodies.InvoiceReplacementCreate) -> InvoiceAnswer:
    """Credits a wrong invoice in full and returns the invoice that replaces it, with its own number.

    What was paid moves to the new invoice, at most what it asks for; the rest stays on the old one as a credit balance.
    The application waits until the new invoice is paid.
    """
    return await replacing.reissue_invoice(work, row, body)


@routes.post(
    "/waiver",
    operation_id="waiveInvoice",
    status_code=201,
    summary="Waive an invoice",
    dependencies=[require(Permission.WAIVE_INVOICES, find_invoice, key_required=True, location=_HERE)],
)
@refuses(OwnInvoice, NothingToWaive, TooManyRecords)
async def waive_invoice(work: WorkDep, row: InvoiceDep, body: bodies.WaiverCreate) -> RecordedEntry:
    """Waives what is due, or the fee of an invoice that was credited; then the application goes on, unless something is
    due on another invoice.

    A waiver of any amount also covers all credit notes before it: a last penny that is waived lets a fee pass that was
    credited but for that penny. Look at `credited` of the application's invoices first. The history says how much it
    covers.

    Only somebody who issued none of the application's invoices, nor a credit note on one, may. The quality assurance
    managers are told.
    """
    return await waivers.waive_invoice(work, row, body)


@routes.post(
    "/refunds",
    operation_id="recordRefund",
    status_code=201,
    summary="Record a refund",
    dependencies=[require(Permission.RECORD_REFUNDS, find_invoice, key_required=True, location=_HERE)],
)
@refuses(ExceedsCreditBalance, RecordedDifferently, TooManyRecords)
async def record_refund(work: WorkDep, row: InvoiceDep, body: bodies.RefundCreate) -> RecordedEntry:
    """Records a refund out of the credit balance. A refund that comes back is a new payment."""
    return await refunds.record_refund(work, row, body)


@routes.post(
    "/allocations",
    operation_id="allocateCredit",
    status_code=201,
    summary="Move a credit balance",
    dependencies=[require(Permission.RECORD_REFUNDS, find_invoice, key_required=True, location=_HERE)],
)
@refuses(ExceedsCreditBalance, AllocationExceedsDue, TooManyRecords)
async def allocate_credit(work: WorkDep, row: InvoiceDep, body: bodies.AllocationCreate) -> RecordedEntry:
    """Moves money from the invoice's credit balance to another invoice of the centre, and returns the entry here.

    The other invoice's entry is its counterpart. The application that it belongs to moves on when nothing is due.
    """
    return await allocations.allocate_credit(work, row, body)
