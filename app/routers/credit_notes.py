"""Credit notes on the invoices for centre recognition (R18)."""

from typing import Annotated, Any

from app.domain.permissions import Permission
from app.domain.refusals.invoices import NoElectronicInvoice
from app.domain.refusals.numbering import NumberAwaited
from app.domain.refusals.requests import DocumentDamaged, StorageFull
from app.http.access import require
from app.http.dependencies import DatabaseDep, StoreDep, Target, WorkDep
from app.http.negotiation import JSON, represent, representation
from app.http.refuses import refuses
from app.http.route import router
from app.pdf.issued.keeping import EXTENSIONS, PDF, XML, file_name
from app.queries.credit_notes import CreditNoteRow, find_credit_note
from app.schemas import credit_notes as schemas
from app.services.invoices import credit_note_views

routes = router("/v1/credit-notes", "Invoices")
CreditNoteDep = Annotated[CreditNoteRow, Target]
MediaTypeDep = Annotated[str, representation(JSON, PDF, XML)]


@routes.get(
    "/{credit_note_id}",
    operation_id="getCreditNote",
    summary="Read a credit note",
    response_model=schemas.CreditNote,
    responses={200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (PDF, XML)}}},
    dependencies=[require(Permission.READ_CREDIT_NOTES, find_credit_note)],
)
@refuses(NumberAwaited, StorageFull, DocumentDamaged, NoElectronicInvoice)
async def get_credit_note(
    work: WorkDep, database: DatabaseDep, store: StoreDep, row: CreditNoteDep, media_type: MediaTypeDep
) -> Any:
    """Returns the credit note as JSON. Its id is that of its entry in the invoice's ledger.

    With `Accept: application/pdf` it is the PDF as issued; with `Accept: application/xml` the electronic credit note,
    as `getInvoice` describes it.
    """
    shown = await credit_note_views.show_as(work, database, store, row, media_type)
    return represent(
        shown, media_type, version=None, file_name=f"{file_name(row.printed_number)}{EXTENSIONS.get(media_type)}"
    )
