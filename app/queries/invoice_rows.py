"""An invoice with all that a list shows of it, in one statement; its amounts as the database derives them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, select
from sqlalchemy.orm import aliased

from app.database import Work
from app.domain.fee_gate import Charge, fee_standing
from app.domain.invoices import InvoiceStatus
from app.domain.ledger import Ledger
from app.domain.statuses import Status
from app.models import Application, Invoice
from app.queries.application_rows import charges
from app.queries.hot import Hot
from app.queries.invoice_links import InvoiceContext
from app.queries.visibility import Reason, unfiltered

# The class, or an alias of a page of rows.
InvoiceLike: TypeAlias = type[Invoice]


class InvoiceRow(NamedTuple):
    """The invoice, the sums of its ledger, and what stands around it."""

    id: UUID
    number: str
    application_id: UUID
    centre_id: UUID
    centre_name: str
    replaces_id: UUID | None
    currency: str
    issued_on: date
    issued_at: datetime
    due_on: date
    paid_at: datetime | None
    updated_at: datetime
    awaits_number: bool | None
    ledger_number: str | None
    net_pence: int
    vat_pence: int
    total_pence: int
    paid_pence: int
    credited_pence: int
    waived_pence: int
    waived: bool
    refunded_pence: int
    due_pence: int
    status: str
    application_reference: str
    application_status: Status
    replaced_by_id: UUID | None
    charges: list[list[int]]

    @property
    def awaiting_number(self) -> bool:
        """As `Invoice.awaiting_number`."""
        return bool(self.awaits_number) and self.ledger_number is None

    @property
    def printed_number(self) -> str:
        """As `Invoice.printed_number`."""
        return self.ledger_number or self.number

    @property
    def standing(self) -> Ledger:
        """The balance, without what was reversed, which no list shows."""
        return Ledger(
            paid=self.paid_pence,
            reversed=0,
            credited=self.credited_pence,
            due=max(0, self.due_pence),
            overpaid=max(0, -self.due_pence),
            status=InvoiceStatus(self.status),
            waived=self.waived_pence,
            refunded=self.refunded_pence,
        )

    def context(self, issuers: frozenset[UUID]) -> InvoiceContext:
        """What stands around it; `issuers` issued any invoice or credit note of the application."""
        fee = fee_standing([Charge(*each) for each in self.charges])
        return InvoiceContext(
            self.id, self.application_reference, self.application_status, self.replaced_by_id, fee, issuers
        )


_later = aliased(Invoice)


def select_rows(row: InvoiceLike) -> Select[*tuple[object, ...]]:
    """Select `InvoiceRow` of every invoice, to be narrowed by the caller."""
    return (
        select(
            row.id,
            row.number,
            row.application_id,
            row.centre_id,
            row.customer["name"].as_string().label("centre_name"),
            row.replaces_id,
            row.currency,
            row.issued_on,
            row.issued_at,
            row.due_on,
            row.paid_at,
            row.updated_at,
            row.awaits_number,
            row.ledger_number,
            row.net_pence,
            row.vat_pence,
            row.total_pence,
            row.paid_pence,
            row.credited_pence,
            row.waived_pence,
            row.waived,
            row.refunded_pence,
            row.due_pence,
            row.status,
            Application.reference.label("application_reference"),
            Application.status.label("application_status"),
            _later.id.label("replaced_by_id"),
            charges(of=row).label("charges"),
        )
        .select_from(row)
        .join(Application, Application.id == row.application_id)
        .outerjoin(_later, _later.replaces_id == row.id)
    )


_READ = Hot(select_rows(Invoice).where(Invoice.id == any_(bindparam("ids", type_=ARRAY(Uuid())))), InvoiceRow)


@unfiltered(Reason.JUDGED)
async def read_invoice_rows(work: Work, ids: Sequence[UUID]) -> list[InvoiceRow]:
    """Read these invoices, in this order."""
    if work.session.has_changes:
        await work.session.flush()
    found = {row.id: row for row in await _READ.all(work.driver, ids=list(ids))}
    return [found[id_] for id_ in ids]
