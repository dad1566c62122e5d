"""Invoices locked by hot statements with their applications, as objects that no session holds."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from app.database import Work
from app.domain.invoices import EntryKind
from app.domain.workflow import Status
from app.models import Application, Invoice, InvoiceEntry
from app.queries.hot import Hot
from app.queries.locked_applications import APPLICATION_COLUMNS, ApplicationColumns
from app.queries.locking import locking
from app.queries.visibility import Found, Reason, money_viewer, unfiltered, visible_to_viewer


class InvoiceKey(NamedTuple):
    """An invoice that the caller may see, before it is locked."""

    id: UUID
    centre_id: UUID


class LockedInvoice(NamedTuple):
    """A locked invoice with its application: first `ApplicationColumns`, then its own."""

    id: UUID
    version: int
    reference: str
    centre_id: UUID
    centre_name: str
    form_version: str
    status: Status
    status_since: datetime
    returned_by_centre_lead: bool
    due_at: datetime | None
    clock_since: datetime | None
    working_days_used: int
    submitted_at: datetime | None
    centre_lead_id: UUID | None
    closed_at: datetime | None
    changed_at: datetime
    invoice_id: UUID
    number: str
    currency: str
    total_pence: int

    def application(self) -> Application:
        """Make the application for the workflow."""
        return ApplicationColumns._make(self[: len(ApplicationColumns._fields)]).detached()

    def invoice(self) -> Invoice:
        """Make the invoice for its ledger."""
        return Invoice(
            id=self.invoice_id,
            number=self.number,
            application_id=self.id,
            centre_id=self.centre_id,
            currency=self.currency,
            total_pence=self.total_pence,
        )


class LedgerLine(NamedTuple):
    """What an entry adds to the ledger."""

    kind: EntryKind
    amount_pence: int


_ID = bindparam("invoice_id", type_=Uuid())
_FIND = Hot(
    select(Invoice.id, Invoice.centre_id).where(Invoice.id == _ID, visible_to_viewer(Invoice.centre_id)), InvoiceKey
)
_LOCK = Hot(
    locking(
        select(
            *APPLICATION_COLUMNS, Invoice.id.label("invoice_id"), Invoice.number, Invoice.currency, Invoice.total_pence
        )
        .join(Invoice, Invoice.application_id == Application.id)
        .where(Invoice.id == _ID),
        # The application first, as everybody locks them.
        Application,
        Invoice,
    ),
    LockedInvoice,
)
_LEDGER = Hot(
    select(InvoiceEntry.kind, InvoiceEntry.amount_pence)
    .where(InvoiceEntry.invoice_id == _ID)
    .order_by(InvoiceEntry.sequence),
    LedgerLine,
)


async def find_invoice_key(work: Work, ids: Mapping[str, UUID]) -> Found[InvoiceKey] | None:
    """Find the invoice in the path, for staff, finance systems and its own centre."""
    row = await _FIND.one(work.driver, invoice_id=ids["invoice_id"], **money_viewer(work.actor))
    return Found(row, row.centre_id) if row is not None else None


@unfiltered(Reason.JUDGED)
async def lock_with_application(work: Work, invoice_id: UUID) -> LockedInvoice:
    """Lock the application, then its invoice, and read both afresh."""
    if work.session.has_changes:
        await work.session.flush()
    row = await _LOCK.one(work.driver, invoice_id=invoice_id)
    assert row is not None
    return row


@unfiltered(Reason.JUDGED)
async def read_ledger(work: Work, invoice_id: UUID) -> list[LedgerLine]:
    """Read the ledger of a locked invoice, in the order of entry."""
    return await _LEDGER.all(work.driver, invoice_id=invoice_id)
