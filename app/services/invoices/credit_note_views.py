"""Show a credit note as JSON, or as its PDF or XML (R18)."""

from app.database import Database, Work
from app.domain.fees import as_stored, totals
from app.domain.refusals.numbering import NumberAwaited
from app.domain.working_days import london_date
from app.integrations.storage import DocumentStore
from app.pdf.issued.credit_notes import credit_note_pdf
from app.pdf.issued.electronic import credit_note_xml
from app.pdf.issued.keeping import PDF, XML
from app.queries.credit_notes import CreditNoteRow
from app.schemas import credit_notes as schemas
from app.schemas.shared import Money
from app.services.external_refs import NO_REFS, ShownRefs, shown_refs
from app.services.invoices.views import printed_parts
from app.services.stored_files.issued import issued_content


def credit_note_summary(row: CreditNoteRow, refs: ShownRefs = NO_REFS) -> dict[str, object]:
    """Build what a list shows of a credit note."""
    entry, invoice, summed = row.entry, row.invoice, totals(row.lines)
    return {
        "id": entry.id,
        "number": row.number,
        "document_number": None if entry.awaiting_number else row.printed_number,
        "awaiting_number": entry.awaiting_number,
        "issued_on": london_date(entry.recorded_at),
        "issued_at": entry.recorded_at,
        "invoice_id": invoice.id,
        "invoice_number": invoice.number,
        "invoice_document_number": invoice.known_number,
        "invoice_issued_on": invoice.issued_on,
        "application_id": invoice.application_id,
        "application_reference": row.application_reference,
        "centre_id": invoice.centre_id,
        "centre_name": invoice.customer["name"],
        "amount": Money(amount=entry.amount_pence, currency=entry.currency),
        "net": Money(amount=summed.net_pence, currency=entry.currency),
        "vat": Money(amount=summed.vat_pence, currency=entry.currency),
        "reason": entry.reason or "",
        "reason_code": entry.reason_code,
        "external_refs": refs.get(entry.id, []),
        "issued_by_name": entry.recorded_by_name,
        "updated_at": entry.updated_at,
    }


def credit_note_to_schema(row: CreditNoteRow, refs: ShownRefs = NO_REFS) -> schemas.CreditNote:
    """Show the whole credit note."""
    # Booked as the lines of the invoice are.
    lines = [stored | as_stored(line) for stored, line in row.booked_lines]
    return schemas.CreditNote.model_validate(
        {**credit_note_summary(row, refs), **printed_parts(row.invoice, lines, row.lines)}
    )


async def show_as(
    work: Work, database: Database, store: DocumentStore, row: CreditNoteRow, media_type: str
) -> schemas.CreditNote | bytes:
    """Show one credit note, or the issued PDF or XML.

    Raises what `issued_content` raises, and `NoElectronicInvoice`.
    """
    if media_type in (PDF, XML):
        if row.entry.awaiting_number or row.invoice.awaiting_number:
            raise NumberAwaited
        document = credit_note_pdf(work, row) if media_type == PDF else credit_note_xml(work, row)
        async with work.aside():
            return await issued_content(database, store, document)
    return credit_note_to_schema(row, await shown_refs(work, [row.entry.id]))
