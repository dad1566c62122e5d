"""The electronic invoice and credit note: UBL as on the day of issue, which their PDFs carry (R18)."""

from collections.abc import Callable
from dataclasses import dataclass

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
from app.ubl.rows import credit_note_document, invoice_document, prepaid_at_issue
from app.ubl.writing import to_xml


@dataclass(frozen=True)
class Replacing:
    """The invoice that another replaces, and the pence that were moved from it as that was issued."""

    replaced: Invoice | None = None
    prepaid_pence: int = 0


async def replacing(work: Work, row: Invoice) -> Replacing:
    """Load the invoice that this one replaces. One that never got its number was sent to nobody, so none names it."""
    if row.replaces_id is None:
        return Replacing()
    replaced = await find_row(work.session, Invoice, row.replaces_id)
    prepaid = prepaid_at_issue(row, await list_entries(work.session, [row.id]))
    return Replacing(None if replaced is None or replaced.awaiting_number else replaced, prepaid)


async def invoice_xml(work: Work, row: Invoice, known: Replacing | None = None) -> IssuedDocument:
    """Describe the electronic invoice. To make it raises `NoElectronicInvoice` where it would not be valid."""
    known = known or await replacing(work, row)
    document = invoice_document(row, known.prepaid_pence, known.replaced)
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
