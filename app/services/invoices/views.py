"""Turn an invoice and its ledger into answers."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from app.database import Work
from app.domain.countries import Country
from app.domain.fees import FeeLine, VatSum, vat_sums
from app.domain.invoices import EntryKind
from app.domain.json_values import JsonObject
from app.domain.ledger import Ledger, ledger
from app.domain.object_steps import InvoiceFacts, of_invoice
from app.domain.statuses import ENDED, FINAL
from app.domain.vat import half_up
from app.domain.working_days import london_date
from app.models import Invoice, InvoiceEntry
from app.queries.entry_rows import EntryRow
from app.queries.invoice_links import InvoiceContext
from app.queries.invoice_rows import InvoiceRow
from app.schemas import invoices as schemas
from app.schemas.payments import InvoiceStanding, LedgerEntry, RecordedEntry
from app.services import object_steps
from app.services.external_refs import NO_REFS, ShownRefs, of_new_entry
from app.services.invoices.ledger import Book


def entries_to_schema(rows: Sequence[InvoiceEntry], refs: ShownRefs = NO_REFS) -> list[LedgerEntry]:
    """Turn an invoice's entries into ledger entries; a payment names its reversal."""
    reversals = {row.reverses_id: row.id for row in rows if row.reverses_id is not None}
    return [
        LedgerEntry.model_validate(entry_summary(row, reversals.get(row.id)) | {"external_refs": refs.get(row.id, [])})
        for row in rows
    ]


def recorded_entry_to_schema(book: Book, row: InvoiceEntry) -> RecordedEntry:
    """Show a new entry with the invoice's new balance."""
    standing = InvoiceStanding.model_validate(_standing(book.invoice, book.standing))
    refs = of_new_entry(row)
    return RecordedEntry.model_validate(
        entry_summary(row, None) | {"external_refs": refs, "invoice_id": book.invoice.id, "invoice": standing}
    )


def invoice_summary(
    work: Work,
    row: Invoice | InvoiceRow,
    standing: Ledger,
    context: InvoiceContext,
    refs: ShownRefs = NO_REFS,
    *,
    waived: bool,
) -> dict[str, object]:
    """Build what a list shows of an invoice. It is `waived` if its ledger has a waiver, of whatever amount."""
    steps = of_invoice(work.actor, _facts(row, standing, context, waived=waived))
    return {
        "id": row.id,
        "number": row.number,
        "document_number": None if row.awaiting_number else row.printed_number,
        "awaiting_number": row.awaiting_number,
        "application_id": row.application_id,
        "application_reference": context.reference,
        "replaces_invoice_id": row.replaces_id,
        "replaced_by_invoice_id": context.replaced_by_id,
        "centre_id": row.centre_id,
        "centre_name": row.centre_name,
        "issued_on": row.issued_on,
        "issued_at": row.issued_at,
        "due_on": row.due_on,
        "paid_at": row.paid_at,
        "updated_at": row.updated_at,
        "overdue": not row.awaiting_number and standing.overdue(row.due_on, london_date(work.now)),
        "net": _money(row, row.net_pence),
        "vat": _money(row, row.vat_pence),
        "total": _money(row, row.total_pence),
        **_standing(row, standing),
        "external_refs": refs.get(row.id, []),
        **object_steps.shown(work, steps),
    }


def _facts(row: Invoice | InvoiceRow, standing: Ledger, context: InvoiceContext, *, waived: bool) -> InvoiceFacts:
    open_ = context.status not in FINAL and context.replaced_by_id is None
    uncredited = max(row.total_pence - standing.credited - standing.waived, 0)
    return InvoiceFacts(
        id=row.id,
        creditable=uncredited if context.status in ENDED else min(standing.due, uncredited),
        due=standing.due,
        credit_balance=standing.overpaid,
        fee_credited=open_ and context.fee.credited,
        waived=waived,
        replaced=context.replaced_by_id is not None,
        ended=context.status in ENDED,
        issuers=context.issuers,
    )


def to_schema(
    work: Work, row: Invoice, entries: Sequence[InvoiceEntry], context: InvoiceContext, refs: ShownRefs = NO_REFS
) -> schemas.Invoice:
    standing = ledger(row.total_pence, ((entry.kind, entry.amount_pence) for entry in entries))
    waived = any(entry.kind is EntryKind.WAIVER for entry in entries)
    return schemas.Invoice.model_validate(
        {
            **invoice_summary(work, row, standing, context, refs, waived=waived),
            **printed_parts(row, row.lines, row.fee_lines),
            "bank": row.bank,
            "payment_reference": row.payment_reference,
            "terms": row.terms,
            "tax_point": row.time_of_supply,
            "entries": entries_to_schema(entries, refs),
        }
    )


def printed_parts(row: Invoice, stored: Sequence[JsonObject], lines: Sequence[FeeLine]) -> dict[str, object]:
    """Build what an invoice and a credit note on it show alike, with the lines of either, as they are stored too."""
    return {
        "supplier": {"address": None, "electronic_address": None, **row.supplier},
        "customer": _customer(row.customer),
        "purchase_order_number": row.purchase_order_number,
        "buyer_reference": row.buyer_reference,
        "lines": [_line(row, line) for line in stored],
        "vat_subtotals": [_subtotal(row, summed) for summed in vat_sums(lines)],
        "sample": row.sample,
    }


def _customer(kept: Mapping[str, Any]) -> JsonObject:
    contact = kept["contact"]
    return {
        "country_code": Country(kept["address"]["country"]).iso_code,
        "electronic_address": None,
        "customer_account_reference": None,
        **kept,
        "contact": contact and {"telephone_extension": None, **contact},
    }


def _subtotal(row: Invoice, summed: VatSum) -> dict[str, object]:
    return {
        "vat_category": summed.category,
        "vat_rate_percent": summed.rate_percent,
        "net": _money(row, summed.net_pence),
        "vat": _money(row, summed.vat_pence),
        "exemption_reason": summed.exemption_reason,
    }


def _money(row: Invoice | InvoiceRow | InvoiceEntry | EntryRow, pence: int) -> dict[str, object]:
    return {"amount": pence, "currency": row.currency}


def _standing(row: Invoice | InvoiceRow, standing: Ledger) -> dict[str, object]:
    return {
        "status": standing.status,
        "paid": _money(row, standing.paid),
        "credited": _money(row, standing.credited),
        "waived": _money(row, standing.waived),
        "refunded": _money(row, standing.refunded),
        "due": _money(row, standing.due),
        "credit_balance": _money(row, standing.overpaid),
    }


def _line(row: Invoice, line: Mapping[str, Any]) -> dict[str, object]:
    price = half_up(Fraction(line["net_pence"], line["quantity"]))
    money = {"net": line["net_pence"], "vat": line["vat_pence"], "unit_price": price}
    codes = dict.fromkeys(("account_code", "tax_code", "tracking_category", "item_code"))
    return {**codes, **line, **{name: _money(row, pence) for name, pence in money.items()}}


def entry_summary(row: InvoiceEntry | EntryRow, reversed_by_id: UUID | None) -> dict[str, object]:
    """Build what is shown of an entry, without its references."""
    return {
        "id": row.id,
        "kind": row.kind,
        "amount": _money(row, row.amount_pence),
        "method": row.method,
        "received_on": row.received_on,
        "refunded_on": row.refunded_on,
        "payer_reference": row.payer_reference,
        "external_system": row.external_system,
        "external_payment_id": row.external_payment_id,
        "credit_note_number": row.credit_note_number,
        "document_number": None if row.awaiting_number else row.ledger_number or row.credit_note_number,
        "awaiting_number": row.awaiting_number,
        "reverses_id": row.reverses_id,
        "reversed_by_id": reversed_by_id,
        "reason_code": row.reason_code,
        "counterpart_id": row.counterpart_id,
        "counterpart_invoice_id": row.counterpart_invoice_id,
        "note": row.reason,
        "recorded_by_name": row.recorded_by_name,
        "recorded_at": row.recorded_at,
    }
