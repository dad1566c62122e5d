"""What links invoices: replacements, money that moved between them, and who issued them (R18)."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, case, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.database import Work
from app.domain.events import EventType
from app.domain.fee_gate import Charge, FeeStanding, fee_standing
from app.domain.invoices import EntryKind
from app.domain.statuses import Status
from app.models import Application, Event, Invoice, InvoiceEntry
from app.queries.application_rows import charges
from app.queries.hot import Hot
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


class _ContextRow(NamedTuple):
    invoice_id: UUID
    reference: str
    status: Status
    replaced_by_id: UUID | None
    charges: list[list[int]]
    application_id: UUID


class _Issuer(NamedTuple):
    application_id: UUID
    person_id: UUID


_later = aliased(Invoice)
_CONTEXTS = Hot(
    select(
        Invoice.id.label("invoice_id"),
        Application.reference,
        Application.status.label("status"),
        _later.id.label("replaced_by_id"),
        charges().label("charges"),
        Invoice.application_id,
    )
    .join(Application, Application.id == Invoice.application_id)
    .outerjoin(_later, _later.replaces_id == Invoice.id)
    .where(Invoice.id == any_(bindparam("invoice_ids", type_=ARRAY(Uuid())))),
    _ContextRow,
)
_theirs = Invoice.application_id == any_(bindparam("application_ids", type_=ARRAY(Uuid())))
_ISSUERS = Hot(
    union(
        select(Invoice.application_id, Invoice.issued_by.label("person_id")).where(
            _theirs, Invoice.issued_by.is_not(None)
        ),
        select(Invoice.application_id, InvoiceEntry.recorded_by)
        .join(InvoiceEntry, InvoiceEntry.invoice_id == Invoice.id)
        .where(_theirs, InvoiceEntry.kind == EntryKind.CREDIT, InvoiceEntry.recorded_by.is_not(None)),
        # Earlier releases left it to the event.
        select(Invoice.application_id, Event.actor_id)
        .join(Event, Event.aggregate_id == Invoice.id)
        .where(
            _theirs,
            Invoice.issued_by.is_(None),
            Event.type == EventType.INVOICE_ISSUED.value,
            Event.actor_id.is_not(None),
        ),
    ),
    _Issuer,
)


@unfiltered(Reason.JUDGED)
async def contexts_of(work: Work, invoice_ids: Sequence[UUID]) -> dict[UUID, InvoiceContext]:
    """Map these invoices to what stands around them."""
    if work.session.has_changes:
        await work.session.flush()
    found = await _CONTEXTS.all(work.driver, invoice_ids=invoice_ids)
    issuers = await issuers_of(work, {row.application_id for row in found})
    return {
        row.invoice_id: InvoiceContext(
            row.invoice_id,
            row.reference,
            row.status,
            row.replaced_by_id,
            fee_standing([Charge(*each) for each in row.charges]),
            issuers[row.application_id],
        )
        for row in found
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
async def issuers_of(work: Work, application_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Map these applications to whoever issued one of their invoices, or a credit note on one."""
    if work.session.has_changes:
        await work.session.flush()
    found: dict[UUID, set[UUID]] = {id_: set() for id_ in application_ids}
    for row in await _ISSUERS.all(work.driver, application_ids=list(application_ids)):
        found[row.application_id].add(row.person_id)
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
