"""List the payments and credit notes of all invoices: a page, or all of them as a file (R18)."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from app.database import Database, Work
from app.domain.invoices import EntryKind
from app.domain.payments import PaymentStatus
from app.queries import ledger_lists as queries
from app.queries.credit_notes import credit_notes_of
from app.queries.entry_rows import EntryRow
from app.schemas import credit_notes, ledger_lists
from app.services import exports
from app.services.exports import Export
from app.services.external_refs import shown_refs
from app.services.invoices.credit_note_views import credit_note_summary
from app.services.invoices.views import entry_summary

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
    rows, cursor = await queries.list_payments(work, query)
    return ledger_lists.PaymentPage(items=await _payments(work, rows), next_cursor=cursor)


async def list_credit_notes(
    work: Work, database: Database, query: credit_notes.CreditNoteQuery, media_type: str
) -> credit_notes.CreditNotePage | AsyncIterator[bytes]:
    """List a page of credit notes, or all of them as a file. Raises `InvalidInput`."""
    if media_type in exports.ENDINGS:
        return await exports.export(work, database, _CREDIT_NOTES, query, media_type)
    rows, cursor = await queries.list_credit_notes(work, query)
    return credit_notes.CreditNotePage(items=await _credit_notes(work, rows), next_cursor=cursor)


async def _payments(work: Work, rows: Sequence[EntryRow]) -> list[ledger_lists.PaymentSummary]:
    refs = await shown_refs(work, [row.id for row in rows])
    return [
        ledger_lists.PaymentSummary.model_validate(
            {
                **entry_summary(row, row.reversed_by_id),
                "external_refs": refs.get(row.id, []),
                "status": _status(row),
                "invoice_id": row.invoice_id,
                "invoice_number": row.invoice_number,
                "invoice_document_number": row.invoice_document_number,
                "application_id": row.application_id,
                "application_reference": row.application_reference,
                "centre_id": row.centre_id,
                "centre_name": row.centre_name,
                "updated_at": row.updated_at,
            }
        )
        for row in rows
    ]


async def _credit_notes(work: Work, rows: Sequence[EntryRow]) -> list[credit_notes.CreditNoteSummary]:
    found = await credit_notes_of(work.session, [row.id for row in rows])
    refs = await shown_refs(work, [row.id for row in rows])
    return [credit_notes.CreditNoteSummary.model_validate(credit_note_summary(found[row.id], refs)) for row in rows]


def _status(row: EntryRow) -> PaymentStatus | None:
    if row.kind is not EntryKind.PAYMENT:
        return None
    return PaymentStatus.RECORDED if row.reversed_by_id is None else PaymentStatus.REVERSED


_PAYMENTS: Final = Export("payments", PAYMENT_COLUMNS, queries.payments_page, queries.read_payments, _payments)
_CREDIT_NOTES: Final = Export(
    "credit_notes", CREDIT_NOTE_COLUMNS, queries.credit_notes_page, queries.read_credit_notes, _credit_notes
)
