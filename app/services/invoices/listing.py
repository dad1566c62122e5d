"""Read invoices: a page, one with its ledger, or its PDF or XML."""

from app.database import Database, Work
from app.integrations.storage import DocumentStore
from app.models import Invoice
from app.pdf.issued.electronic import invoice_xml
from app.pdf.issued.invoices import PDF, invoice_pdf
from app.pdf.issued.keeping import XML
from app.queries import invoices as queries
from app.schemas import invoices as schemas
from app.services.invoices.views import invoice_summary, to_schema
from app.services.stored_files.issued import issued_content


async def list_all(work: Work, query: schemas.InvoiceQuery) -> schemas.InvoicePage:
    """List a page of invoices with their balances."""
    rows, cursor = await queries.list_invoices(work, query)
    references = await queries.references_of(work.session, [row.application_id for row in rows])
    entries = await queries.list_entries(work.session, [row.id for row in rows])
    return schemas.InvoicePage(
        items=[
            schemas.InvoiceSummary.model_validate(
                invoice_summary(
                    work,
                    row,
                    [entry for entry in entries if entry.invoice_id == row.id],
                    references[row.application_id],
                )
            )
            for row in rows
        ],
        next_cursor=cursor,
    )


async def show_as(
    work: Work, database: Database, store: DocumentStore, row: Invoice, media_type: str
) -> schemas.Invoice | bytes:
    """Show one invoice with its ledger, or the issued PDF or XML.

    Raises what `issued_content` raises, and `NoElectronicInvoice`.
    """
    if media_type in (PDF, XML):
        document = await (invoice_pdf(work, row) if media_type == PDF else invoice_xml(work, row))
        async with work.aside():
            return await issued_content(database, store, document)
    return await show(work, row)


async def show(work: Work, row: Invoice) -> schemas.Invoice:
    """Show one invoice with its ledger."""
    references = await queries.references_of(work.session, [row.application_id])
    entries = await queries.list_entries(work.session, [row.id])
    return to_schema(work, row, entries, references[row.application_id])
