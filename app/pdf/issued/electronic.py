"""The electronic invoice and credit note: UBL as on the day of issue, which their PDFs carry (R18)."""

from collections.abc import Callable

from app.database import Work
from app.domain.refusals.invoices import NoElectronicInvoice
from app.domain.stored_files import IssuedKind
from app.models import Invoice
from app.pdf.issued.keeping import XML, IssuedDocument, file_name
from app.queries.credit_notes import CreditNoteRow
from app.queries.invoices import list_entries
from app.queries.rows import find_row
from app.settings import Settings
from app.ubl.document import Document
from app.ubl.faults import faults_of
from app.ubl.rows import credit_note_document, invoice_document
from app.ubl.writing import to_xml


async def replaced_by(work: Work, row: Invoice) -> Invoice | None:
    """Load the invoice that this one replaces. One that never got its number was sent to nobody, so none names it."""
    replaced = await find_row(work.session, Invoice, row.replaces_id)
    return None if replaced is None or replaced.awaiting_number else replaced


async def invoice_xml(work: Work, row: Invoice) -> IssuedDocument:
    """Describe the electronic invoice. To make it raises `NoElectronicInvoice` where it would not be valid."""
    # Only an invoice that replaces another has money on the day of its issue.
    entries = await list_entries(work.session, [row.id]) if row.replaces_id is not None else ()
    document = invoice_document(row, entries, await replaced_by(work, row))
    return IssuedDocument(
        IssuedKind.ELECTRONIC_INVOICE,
        row.id,
        f"Invoice {file_name(row.printed_number)}.xml",
        _written(document, work.settings),
        media_type=XML,
    )


def credit_note_xml(work: Work, row: CreditNoteRow) -> IssuedDocument:
    """Describe the electronic credit note. To make it raises `NoElectronicInvoice` where it would not be valid."""
    document = credit_note_document(row.invoice, row.entry, row.lines)
    return IssuedDocument(
        IssuedKind.ELECTRONIC_CREDIT_NOTE,
        row.entry.id,
        f"Credit note {file_name(row.printed_number)}.xml",
        _written(document, work.settings),
        media_type=XML,
    )


def _written(document: Document, settings: Settings) -> Callable[[], bytes]:
    """Return what writes the document, or refuses to write one that is not valid."""

    def write() -> bytes:
        if faults := faults_of(document):
            raise NoElectronicInvoice(faults)
        return to_xml(document, settings.electronic_invoices)

    return write
