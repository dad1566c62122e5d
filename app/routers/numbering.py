"""The numbers that the finance system gives to invoices and credit notes (R18)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.numbering import NumberAlreadyGiven, NumberAwaited, NumberedHere, NumberTaken
from app.http.access import require
from app.http.dependencies import Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import Invoice, InvoiceEntry
from app.queries.invoices import find_invoice
from app.queries.numbering import find_credit
from app.schemas.numbering import NumberAssign, NumberedDocument
from app.services.invoices import numbering

invoice_routes = router("/v1/invoices/{invoice_id}/number", "Invoices")
credit_note_routes = router("/v1/credit-notes/{credit_note_id}/number", "Invoices")


@invoice_routes.put(
    "",
    operation_id="assignInvoiceNumber",
    summary="Give an invoice its number",
    dependencies=[require(Permission.NUMBER_INVOICES, find_invoice)],
)
@refuses(NumberedHere, NumberAlreadyGiven, NumberTaken)
async def assign_invoice_number(work: WorkDep, row: Annotated[Invoice, Target], body: NumberAssign) -> NumberedDocument:
    """Gives an invoice that awaits it (`awaiting_number`) the number from the finance system, once. The invoice is then
    printed and sent to the finance contact, who quotes this number. Posting the same number again changes nothing."""
    return await numbering.number_invoice(work, row, body.number)


@credit_note_routes.put(
    "",
    operation_id="assignCreditNoteNumber",
    summary="Give a credit note its number",
    dependencies=[require(Permission.NUMBER_CREDIT_NOTES, find_credit)],
)
@refuses(NumberedHere, NumberAlreadyGiven, NumberTaken, NumberAwaited)
async def assign_credit_note_number(
    work: WorkDep, row: Annotated[InvoiceEntry, Target], body: NumberAssign
) -> NumberedDocument:
    """Gives a credit note that awaits it the number from the finance system, once; it is then printed and sent. Its
    invoice must have its number first, because the credit note names it."""
    return await numbering.number_credit_note(work, row, body.number)
