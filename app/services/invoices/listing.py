"""Read invoices: a page, all of them as a file, one with its ledger, or its PDF or XML."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from app.database import Database, Work
from app.domain.refusals.numbering import NumberAwaited
from app.integrations.storage import DocumentStore
from app.models import Invoice
from app.pdf.issued.electronic import invoice_xml
from app.pdf.issued.invoices import PDF, invoice_pdf
from app.pdf.issued.keeping import XML
from app.queries import invoices as queries
from app.queries.invoice_links import contexts_of, issuers_of
from app.queries.invoice_lists import invoice_page
from app.queries.invoice_rows import InvoiceRow
from app.schemas import invoices as schemas
from app.services import exports
from app.services.exports import Export
from app.services.external_refs import shown_refs
from app.services.invoices.views import invoice_summary, to_schema
from app.services.stored_files.issued import issued_content

COLUMNS: Final = (
    "id",
    "number",
    "status",
    "application_reference",
    "centre_id",
    "centre_name",
    "issued_on",
    "due_on",
    "overdue",
    "paid_at",
    "currency",
    "net",
    "vat",
    "total",
    "paid",
    "credited",
    "waived",
    "refunded",
    "due",
    "credit_balance",
    "net_pence",
    "vat_pence",
    "total_pence",
    "paid_pence",
    "credited_pence",
    "waived_pence",
    "refunded_pence",
    "due_pence",
    "credit_balance_pence",
    "replaces_invoice_id",
    "updated_at",
    "document_number",
)
"""The columns of the CSV. New ones come last."""


async def list_all(work: Work, query: schemas.InvoiceQuery) -> schemas.InvoicePage:
    """List a page of invoices with their balances."""
    rows, cursor = await queries.list_invoices(work, query)
    return schemas.InvoicePage(items=await _summaries(work, rows), next_cursor=cursor)


async def list_as(
    work: Work, database: Database, query: schemas.InvoiceQuery, media_type: str
) -> schemas.InvoicePage | AsyncIterator[bytes]:
    """List a page of invoices, or all of them as a file. Raises `InvalidInput`."""
    if media_type in exports.ENDINGS:
        return await exports.export(work, database, _INVOICES, query, media_type)
    return await list_all(work, query)


async def _summaries(work: Work, rows: Sequence[InvoiceRow]) -> list[schemas.InvoiceSummary]:
    issuers = await issuers_of(work, {row.application_id for row in rows})
    refs = await shown_refs(work, [row.id for row in rows])
    return [
        schemas.InvoiceSummary.model_validate(
            invoice_summary(work, row, row.standing, row.context(issuers[row.application_id]), refs, waived=row.waived)
        )
        for row in rows
    ]


_INVOICES: Final = Export("invoices", COLUMNS, invoice_page, queries.read_invoices, _summaries)


async def show_as(
    work: Work, database: Database, store: DocumentStore, row: Invoice, media_type: str
) -> schemas.Invoice | bytes:
    """Show one invoice with its ledger, or the issued PDF or XML.

    Raises what `issued_content` raises, and `NoElectronicInvoice`.
    """
    if media_type in (PDF, XML):
        if row.awaiting_number:
            raise NumberAwaited
        document = await (invoice_pdf(work, row) if media_type == PDF else invoice_xml(work, row))
        async with work.aside():
            return await issued_content(database, store, document)
    return await show(work, row)


async def show(work: Work, row: Invoice) -> schemas.Invoice:
    """Show one invoice with its ledger."""
    contexts = await contexts_of(work, [row.id])
    entries = await queries.list_entries(work.session, [row.id])
    refs = await shown_refs(work, [row.id, *(entry.id for entry in entries)])
    return to_schema(work, row, entries, contexts[row.id], refs)
