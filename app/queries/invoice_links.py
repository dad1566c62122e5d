"""What links invoices: replacements, money that moved between them, and who issued them (R18)."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain.events import EventType
from app.domain.invoices import EntryKind
from app.domain.statuses import Status
from app.models import Application, Event, Invoice, InvoiceEntry
from app.queries.visibility import Reason, unfiltered


class InvoiceLink(NamedTuple):
    """An invoice and its application."""

    id: UUID
    application_id: UUID


class InvoiceContext(NamedTuple):
    """An invoice's application, and the invoice that replaces it, with its issuer."""

    invoice_id: UUID
    reference: str
    status: Status
    replaced_by_id: UUID | None
    replaced_by: UUID | None


@unfiltered(Reason.JUDGED)
async def contexts_of(session: AsyncSession, invoice_ids: Sequence[UUID]) -> dict[UUID, InvoiceContext]:
    """Map these invoices to what stands around them."""
    later = aliased(Invoice)
    rows = await session.execute(
        select(Invoice.id, Application.reference, Application.status.label("status"), later.id, later.issued_by)
        .join(Application, Application.id == Invoice.application_id)
        .outerjoin(later, later.replaces_id == Invoice.id)
        .where(Invoice.id.in_(invoice_ids))
    )
    return {row[0]: InvoiceContext(*row) for row in rows}


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
async def issuers_of(session: AsyncSession, invoice_id: UUID) -> set[UUID]:
    """The ids of whoever issued the invoice, its replacement, or a credit note on it."""
    issued = select(Invoice.issued_by).where((Invoice.id == invoice_id) | (Invoice.replaces_id == invoice_id))
    credited = select(InvoiceEntry.recorded_by).where(
        InvoiceEntry.invoice_id == invoice_id, InvoiceEntry.kind == EntryKind.CREDIT
    )
    # Earlier releases left it to the event.
    recorded = select(Event.actor_id).where(
        Event.aggregate_id == invoice_id, Event.type == EventType.INVOICE_ISSUED.value
    )
    found = await session.scalars(issued.union(credited, recorded))
    return {each for each in found if each is not None}


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
