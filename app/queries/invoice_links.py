"""What links invoices: replacements, money that moved between them, and who issued them (R18)."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain.events import EventType
from app.domain.fee_gate import Charge, FeeStanding, fee_standing
from app.domain.invoices import EntryKind
from app.domain.statuses import Status
from app.models import Application, Event, Invoice, InvoiceEntry
from app.queries.application_rows import charges
from app.queries.visibility import Reason, unfiltered


class InvoiceLink(NamedTuple):
    """An invoice and its application."""

    id: UUID
    application_id: UUID


class InvoiceContext(NamedTuple):
    """An invoice's application, the invoice that replaces it, and who issued any of the application's."""

    invoice_id: UUID
    reference: str
    status: Status
    replaced_by_id: UUID | None
    fee: FeeStanding
    issuers: frozenset[UUID]


@unfiltered(Reason.JUDGED)
async def contexts_of(session: AsyncSession, invoice_ids: Sequence[UUID]) -> dict[UUID, InvoiceContext]:
    """Map these invoices to what stands around them."""
    later = aliased(Invoice)
    rows = await session.execute(
        select(
            Invoice.id,
            Application.reference,
            Application.status.label("status"),
            later.id,
            charges(),
            Invoice.application_id,
        )
        .join(Application, Application.id == Invoice.application_id)
        .outerjoin(later, later.replaces_id == Invoice.id)
        .where(Invoice.id.in_(invoice_ids))
    )
    found = rows.all()
    issuers = await issuers_of(session, {row[-1] for row in found})
    return {
        id_: InvoiceContext(
            id_,
            reference,
            status,
            replaced_by_id,
            fee_standing([Charge(*each) for each in sums]),
            issuers[application_id],
        )
        for id_, reference, status, replaced_by_id, sums, application_id in found
    }


@unfiltered(Reason.JUDGED)
async def replacement_of(session: AsyncSession, invoice_id: UUID) -> Invoice | None:
    """Find the invoice that replaces this one."""
    found: Invoice | None = await session.scalar(select(Invoice).where(Invoice.replaces_id == invoice_id))
    return found


@unfiltered(Reason.RULE)
async def find_target(session: AsyncSession, invoice_id: UUID) -> Invoice | None:
    """Find the invoice that a body names; the service refuses those of other centres as if they were not there."""
    found: Invoice | None = await session.scalar(select(Invoice).where(Invoice.id == invoice_id))
    return found


@unfiltered(Reason.RULE)
async def issuers_of(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Map these applications to whoever issued one of their invoices, or a credit note on one."""
    theirs = Invoice.application_id.in_(application_ids)
    issued = select(Invoice.application_id, Invoice.issued_by).where(theirs, Invoice.issued_by.is_not(None))
    credited = (
        select(Invoice.application_id, InvoiceEntry.recorded_by)
        .join(InvoiceEntry, InvoiceEntry.invoice_id == Invoice.id)
        .where(theirs, InvoiceEntry.kind == EntryKind.CREDIT, InvoiceEntry.recorded_by.is_not(None))
    )
    # Earlier releases left it to the event.
    recorded = (
        select(Invoice.application_id, Event.actor_id)
        .join(Event, Event.aggregate_id == Invoice.id)
        .where(
            theirs,
            Invoice.issued_by.is_(None),
            Event.type == EventType.INVOICE_ISSUED.value,
            Event.actor_id.is_not(None),
        )
    )
    rows = await session.execute(issued.union(credited, recorded))
    found: dict[UUID, set[UUID]] = {id_: set() for id_ in application_ids}
    for application_id, person_id in rows:
        assert person_id is not None
        found[application_id].add(person_id)
    return {id_: frozenset(people) for id_, people in found.items()}


@unfiltered(Reason.JUDGED)
async def fed_by(session: AsyncSession, invoice_id: UUID) -> list[InvoiceLink]:
    """List the invoice and all that money has moved to from it, directly or through others."""
    reached = select(Invoice.id, Invoice.application_id).where(Invoice.id == invoice_id).cte("reached", recursive=True)
    onward = (
        select(Invoice.id, Invoice.application_id)
        .join(InvoiceEntry, InvoiceEntry.counterpart_invoice_id == Invoice.id)
        .join(reached, reached.c.id == InvoiceEntry.invoice_id)
        .where(InvoiceEntry.kind == EntryKind.ALLOCATION_OUT)
    )
    reached = reached.union(onward)
    rows = await session.execute(select(reached.c.id, reached.c.application_id))
    return [InvoiceLink(*row) for row in rows]


@unfiltered(Reason.JUDGED)
async def moved_out(session: AsyncSession, invoice_id: UUID) -> Sequence[tuple[UUID, int]]:
    """List the invoices that have money of this one, and how much, the last that got some first."""
    kind, out = InvoiceEntry.kind, InvoiceEntry.amount_pence
    net = func.sum(case((kind == EntryKind.ALLOCATION_OUT, out), else_=-out))
    rows = await session.execute(
        select(InvoiceEntry.counterpart_invoice_id, net)
        .where(
            InvoiceEntry.invoice_id == invoice_id,
            kind.in_([EntryKind.ALLOCATION_OUT, EntryKind.ALLOCATION_IN]),
        )
        .group_by(InvoiceEntry.counterpart_invoice_id)
        .having(net > 0)
        .order_by(func.max(InvoiceEntry.sequence).desc())
    )
    return [(id_, int(pence)) for id_, pence in rows if id_ is not None]
