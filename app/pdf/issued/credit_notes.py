"""The credit note, as on the day of issue (R18)."""

from dataclasses import replace

from app.database import Work
from app.domain.stored_files import IssuedKind
from app.domain.working_days import london_date
from app.pdf.credit_note import CreditNoteDocument, render_credit_note
from app.pdf.issued.electronic import credit_note_xml
from app.pdf.issued.invoices import customer_of, supplier_of
from app.pdf.issued.keeping import Attached, IssuedDocument, file_name
from app.queries.credit_notes import CreditNoteRow


def credit_note_pdf(work: Work, row: CreditNoteRow, *, copy: bool = False) -> IssuedDocument:
    """Describe the credit note to print or attach: the original, or a copy that is sent again."""
    document, organisation = _document(row, copy=copy), work.settings.organisation
    return IssuedDocument(
        IssuedKind.CREDIT_NOTE,
        row.entry.id,
        f"Credit note {file_name(row.printed_number)}{' (copy)' if copy else ''}.pdf",
        lambda: render_credit_note(document, organisation),
        is_copy=copy,
        attached=Attached(
            credit_note_xml(work, row),
            lambda xml: render_credit_note(replace(document, ubl_xml=xml.decode()), organisation),
        ),
    )


def _document(row: CreditNoteRow, *, copy: bool) -> CreditNoteDocument:
    entry, invoice = row.entry, row.invoice
    return CreditNoteDocument(
        number=row.printed_number,
        issued_on=london_date(entry.recorded_at),
        invoice_number=invoice.printed_number,
        invoice_issued_on=invoice.issued_on,
        supplier=supplier_of(invoice),
        customer=customer_of(invoice.customer),
        purchase_order_number=invoice.purchase_order_number,
        buyer_reference=invoice.buyer_reference,
        lines=tuple(row.lines),
        currency=entry.currency,
        reason=entry.reason or "",
        reason_code=entry.reason_code,
        sample=invoice.sample,
        copy=copy,
        ubl_xml=None,
    )
