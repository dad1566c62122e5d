"""Invoices locked by hot statements with their applications, as objects that no session holds."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import JSON, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.database import Work
from app.domain.invoices import EntryKind
from app.models import Application, Invoice, InvoiceEntry
from app.queries.application_rows import ApplicationRow, select_rows
from app.queries.hot import Hot, both
from app.queries.locked_applications import APPLICATION_COLUMNS, ApplicationColumns
from app.queries.locking import locking
from app.queries.visibility import Found, Reason, money_viewer, unfiltered, visible_to_viewer


class InvoiceKey(NamedTuple):
    """An invoice that the caller may see, before it is locked."""

    id: UUID
    centre_id: UUID


class InvoiceColumns(NamedTuple):
    """What a ledger needs of its invoice."""

    invoice_id: UUID
    number: str
    currency: str
    total_pence: int
    issued_on: date
    awaits_number: bool | None
    ledger_number: str | None

    def detached(self, application: Application) -> Invoice:
        """Make the object for the ledger."""
        return Invoice(
            id=self.invoice_id,
            number=self.number,
            application_id=application.id,
            centre_id=application.centre_id,
            currency=self.currency,
            total_pence=self.total_pence,
            issued_on=self.issued_on,
            awaits_number=self.awaits_number,
            ledger_number=self.ledger_number,
        )


class LedgerLine(NamedTuple):
    """What an entry adds to the ledger."""

    kind: EntryKind
    amount_pence: int


class _Entries(NamedTuple):
    entries: list[tuple[str, int]] | None


_ID = bindparam("invoice_id", type_=Uuid())
_FIND = Hot(
    select(Invoice.id, Invoice.centre_id).where(Invoice.id == _ID, visible_to_viewer(Invoice.centre_id)), InvoiceKey
)
_LOCK = Hot(
    locking(
        select(
            *APPLICATION_COLUMNS,
            Invoice.id.label("invoice_id"),
            Invoice.number,
            Invoice.currency,
            Invoice.total_pence,
            Invoice.issued_on,
            Invoice.awaits_number,
            Invoice.ledger_number,
        )
        .join(Invoice, Invoice.application_id == Application.id)
        .where(Invoice.id == _ID),
        # The application first, as everybody locks them.
        Application,
        Invoice,
    ),
    both(ApplicationColumns, InvoiceColumns),
)
_WITH_FACTS = Hot(
    select_rows(Application)
    .add_columns(
        select(
            func.json_agg(
                aggregate_order_by(
                    func.json_build_array(InvoiceEntry.kind, InvoiceEntry.amount_pence), InvoiceEntry.sequence.asc()
                ),
                type_=JSON(),
            )
        )
        .where(InvoiceEntry.invoice_id == _ID)
        .scalar_subquery()
        .label("entries")
    )
    .where(Application.id == bindparam("application_id", type_=Uuid())),
    both(ApplicationRow, _Entries),
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
async def lock_with_application(work: Work, invoice_id: UUID) -> tuple[Application, Invoice]:
    """Lock the application, then its invoice, and read both afresh."""
    if work.session.has_changes:
        await work.session.flush()
    rows = await _LOCK.one(work.driver, invoice_id=invoice_id)
    assert rows is not None
    application = rows[0].detached()
    return application, rows[1].detached(application)


@unfiltered(Reason.JUDGED)
async def read_ledger(work: Work, invoice_id: UUID) -> list[LedgerLine]:
    """Read the ledger of a locked invoice, in the order of entry."""
    return await _LEDGER.all(work.driver, invoice_id=invoice_id)


@unfiltered(Reason.JUDGED)
async def read_ledger_with_facts(work: Work, invoice: Invoice) -> tuple[ApplicationRow, list[LedgerLine]]:
    """Read the ledger of a locked invoice, the application's last or one that it replaces, and what the steps of the
    application depend on."""
    rows = await _WITH_FACTS.one(work.driver, application_id=invoice.application_id, invoice_id=invoice.id)
    assert rows is not None
    found, ledger = rows
    return found, [LedgerLine(EntryKind(kind), pence) for kind, pence in ledger.entries or ()]
