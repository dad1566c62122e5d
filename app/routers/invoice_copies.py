"""Documents about an invoice, sent again (R18)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.numbering import NumberAwaited
from app.http.access import require
from app.http.dependencies import Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import Invoice
from app.queries.invoices import find_invoice
from app.schemas import invoice_copies as schemas
from app.services.invoices import copies
from app.services.rate_limits import Limit

routes = router("/v1/invoices/{invoice_id}/copies", "Letters")
_LIMITS = (Limit("invoice_copies", 60, 3600),)


@routes.post(
    "",
    operation_id="resendInvoice",
    status_code=202,
    summary="Send an invoice, credit note or receipt again",
    dependencies=[require(Permission.RESEND_INVOICES, find_invoice, limits=_LIMITS)],
)
@refuses(NumberAwaited)
async def resend_invoice(
    work: WorkDep, row: Annotated[Invoice, Target], body: schemas.InvoiceResend
) -> schemas.InvoiceCopy:
    """Sends the document to all who pay, or to one of the centre's further addresses. The letter says that it is a
    copy, and what is due today. At most ten an hour about one invoice."""
    return await copies.resend(work, row, body)
