"""An entry of a ledger with its invoice, as lists of payments and credit notes show it, in one statement."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, case, func, select

from app.database import Work
from app.domain.invoices import CreditReason, EntryKind
from app.domain.payments import PaymentMethod
from app.models import Application, Invoice, InvoiceEntry
from app.queries.hot import Hot
from app.queries.visibility import Reason, unfiltered

# The class, or an alias of a page of rows.
EntryLike: TypeAlias = type[InvoiceEntry]


class EntryRow(NamedTuple):
    """The entry, and what lists show of its invoice."""

    id: UUID
    kind: EntryKind
    amount_pence: int
    currency: str
    method: PaymentMethod | None
    received_on: date | None
    refunded_on: date | None
    payer_reference: str | None
    external_system: str | None
    external_payment_id: str | None
    credit_note_number: str | None
    awaits_number: bool | None
    ledger_number: str | None
    reverses_id: UUID | None
    reversed_by_id: UUID | None
    reason: str | None
    reason_code: CreditReason | None
    counterpart_id: UUID | None
    counterpart_invoice_id: UUID | None
    recorded_by_name: str
    recorded_at: datetime
    updated_at: datetime
    invoice_id: UUID
    invoice_number: str
    invoice_document_number: str | None
    application_id: UUID
    application_reference: str
    centre_id: UUID
    centre_name: str

    @property
    def awaiting_number(self) -> bool:
        """As `InvoiceEntry.awaiting_number`."""
        return bool(self.awaits_number) and self.ledger_number is None


def select_rows(row: EntryLike) -> Select[*tuple[object, ...]]:
    """Select `EntryRow` of every entry, to be narrowed by the caller."""
    own_number = case((Invoice.awaits_number.is_(None), Invoice.number))
    return (
        select(
            row.id,
            row.kind,
            row.amount_pence,
            row.currency,
            row.method,
            row.received_on,
            row.refunded_on,
            row.payer_reference,
            row.external_system,
            row.external_payment_id,
            row.credit_note_number,
            row.awaits_number,
            row.ledger_number,
            row.reverses_id,
            row.reversed_by_id,
            row.reason,
            row.reason_code,
            row.counterpart_id,
            row.counterpart_invoice_id,
            row.recorded_by_name,
            row.recorded_at,
            row.updated_at,
            row.invoice_id,
            Invoice.number.label("invoice_number"),
            func.coalesce(Invoice.ledger_number, own_number).label("invoice_document_number"),
            Invoice.application_id,
            Application.reference.label("application_reference"),
            Invoice.centre_id,
            Invoice.customer["name"].as_string().label("centre_name"),
        )
        .select_from(row)
        .join(Invoice, Invoice.id == row.invoice_id)
        .join(Application, Application.id == Invoice.application_id)
    )


_READ = Hot(select_rows(InvoiceEntry).where(InvoiceEntry.id == any_(bindparam("ids", type_=ARRAY(Uuid())))), EntryRow)


@unfiltered(Reason.JUDGED)
async def read_entry_rows(work: Work, ids: Sequence[UUID]) -> list[EntryRow]:
    """Read these entries, in this order."""
    if work.session.has_changes:
        await work.session.flush()
    found = {row.id: row for row in await _READ.all(work.driver, ids=list(ids))}
    return [found[id_] for id_ in ids]
