"""List the payments and credit notes of all invoices: a page, or all of them as a file (R18)."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from app.database import Database, Work
from app.domain.invoices import EntryKind
from app.domain.payments import PaymentStatus
from app.models import InvoiceEntry
from app.queries import ledger_lists as queries
from app.queries.credit_notes import credit_notes_of
from app.queries.ledger_lists import EntryPlace
from app.schemas import credit_notes, ledger_lists
from app.services import exports
from app.services.exports import Export
from app.services.external_refs import shown_refs
from app.services.invoices.credit_note_views import credit_note_summary
from app.services.invoices.views import entries_to_schema

_WHERE = ("invoice_id", "invoice_number", "application_reference", "centre_id", "centre_name")
PAYMENT_COLUMNS: Final = (
    "id",
    "kind",
    "status",
    "recorded_at",
    "received_on",
    "method",
    "currency",
    "amount",
    "amount_pence",
    *_WHERE,
    "payer_reference",
    "external_system",
    "external_payment_id",
    "reverses_id",
    "reversed_by_id",
    "refunded_on",
    "counterpart_id",
    "counterpart_invoice_id",
    "note",
    "recorded_by_name",
    "updated_at",
    "invoice_document_number",
)
CREDIT_NOTE_COLUMNS: Final = (
    "id",
    "number",
    "issued_on",
    "issued_at",
    "currency",
    "net",
    "vat",
    "amount",
    "net_pence",
    "vat_pence",
    "amount_pence",
    *_WHERE,
    "invoice_issued_on",
    "reason",
    "reason_code",
    "issued_by_name",
    "updated_at",
    "document_number",
    "invoice_document_number",
)
"""The columns of the CSV. New ones come last."""


async def list_payments(
    work: Work, database: Database, query: ledger_lists.PaymentQuery, media_type: str
) -> ledger_lists.PaymentPage | AsyncIterator[bytes]:
    """List a page of payments, or all of them as a file. Raises `InvalidInput`."""
    if media_type in exports.ENDINGS:
        return await exports.export(work, database, _PAYMENTS, query, media_type)
    page = queries.payments_page(query)
    rows, cursor = await queries.read_payments(work, query, page, await queries.settled_for(work, query))
    return ledger_lists.PaymentPage(items=await _payments(work, rows), next_cursor=cursor)


async def list_credit_notes(
    work: Work, database: Database, query: credit_notes.CreditNoteQuery, media_type: str
) -> credit_notes.CreditNotePage | AsyncIterator[bytes]:
    """List a page of credit notes, or all of them as a file. Raises `InvalidInput`."""
    if media_type in exports.ENDINGS:
        return await exports.export(work, database, _CREDIT_NOTES, query, media_type)
    page = queries.credit_notes_page(query)
    rows, cursor = await queries.read_credit_notes(work, query, page, await queries.settled_for(work, query))
    return credit_notes.CreditNotePage(items=await _credit_notes(work, rows), next_cursor=cursor)


async def _payments(work: Work, rows: Sequence[InvoiceEntry]) -> list[ledger_lists.PaymentSummary]:
    places = await queries.places_of(work.session, rows)
    refs = await shown_refs(work, [row.id for row in rows])
    return [
        ledger_lists.PaymentSummary.model_validate(
            vars(entry) | _place(row, places[row.invoice_id]) | {"status": _status(row)} | _reversal(row)
        )
        for row, entry in zip(rows, entries_to_schema(rows, refs), strict=True)
    ]


async def _credit_notes(work: Work, rows: Sequence[InvoiceEntry]) -> list[credit_notes.CreditNoteSummary]:
    found = await credit_notes_of(work.session, [row.id for row in rows])
    refs = await shown_refs(work, [row.id for row in rows])
    return [credit_notes.CreditNoteSummary.model_validate(credit_note_summary(found[row.id], refs)) for row in rows]


def _place(row: InvoiceEntry, place: EntryPlace) -> dict[str, object]:
    return {
        "invoice_id": place.id,
        "invoice_number": place.number,
        "invoice_document_number": place.document_number,
        "application_id": place.application_id,
        "application_reference": place.application_reference,
        "centre_id": place.centre_id,
        "centre_name": place.centre_name,
        "updated_at": row.updated_at,
    }


def _status(row: InvoiceEntry) -> PaymentStatus | None:
    if row.kind is not EntryKind.PAYMENT:
        return None
    return PaymentStatus.RECORDED if row.reversed_by_id is None else PaymentStatus.REVERSED


def _reversal(row: InvoiceEntry) -> dict[str, object]:
    """The reversal may be on another page."""
    return {"reversed_by_id": row.reversed_by_id}


_PAYMENTS: Final = Export("payments", PAYMENT_COLUMNS, queries.payments_page, queries.read_payments, _payments)
_CREDIT_NOTES: Final = Export(
    "credit_notes", CREDIT_NOTE_COLUMNS, queries.credit_notes_page, queries.read_credit_notes, _credit_notes
)
