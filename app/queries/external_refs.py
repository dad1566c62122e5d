"""Where objects are in finance systems (R18)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.actors import ActorKind
from app.domain.external_refs import RefSubject, SyncState
from app.domain.invoices import EntryKind
from app.models import Centre, ExternalRef, Invoice, InvoiceEntry
from app.queries.hot import Hot
from app.queries.locking import lock_found
from app.queries.visibility import Found, Reason, money_visible_to, unfiltered

_CREDIT_NOTES = (EntryKind.CREDIT,)
_PAYMENTS = tuple(kind for kind in EntryKind if kind.value in {RefSubject.PAYMENT, RefSubject.REFUND})


class Subject(NamedTuple):
    """An object that has external references."""

    type: RefSubject
    id: UUID
    centre_id: UUID
    invoice_id: UUID | None = None
    application_id: UUID | None = None


class RefRow(NamedTuple):
    """Where an object is in one finance system."""

    subject_id: UUID
    system: str
    external_id: str | None
    sync_state: SyncState
    last_error: str | None
    last_attempt_at: datetime | None
    url: str | None
    changed_at: datetime


_REF = ExternalRef
_OF_SUBJECTS = Hot(
    select(
        _REF.subject_id,
        _REF.system,
        _REF.external_id,
        _REF.sync_state,
        _REF.last_error,
        _REF.last_attempt_at,
        _REF.url,
        _REF.changed_at,
    )
    .where(_REF.subject_id == any_(bindparam("subject_ids", type_=ARRAY(Uuid()))))
    .order_by(_REF.subject_id, _REF.system),
    RefRow,
)


async def find_invoice_subject(work: Work, ids: Mapping[str, UUID]) -> Found[Subject] | None:
    """Find the invoice in the path, for staff, finance systems and its own centre."""
    statement = select(Invoice.id, Invoice.centre_id, Invoice.application_id).where(
        Invoice.id == ids["invoice_id"], money_visible_to(work.actor, Invoice.centre_id)
    )
    row = (await work.session.execute(statement)).one_or_none()
    if row is None:
        return None
    return Found(Subject(RefSubject.INVOICE, row.id, row.centre_id, row.id, row.application_id), row.centre_id)


async def find_credit_note_subject(work: Work, ids: Mapping[str, UUID]) -> Found[Subject] | None:
    """Find the credit note in the path, for those who see its invoice."""
    return await _find_entry(work, ids["credit_note_id"], _CREDIT_NOTES)


async def find_payment_subject(work: Work, ids: Mapping[str, UUID]) -> Found[Subject] | None:
    """Find the payment or refund in the path, for those who see its invoice."""
    return await _find_entry(work, ids["payment_id"], _PAYMENTS)


async def _find_entry(work: Work, id_: UUID, kinds: Sequence[EntryKind]) -> Found[Subject] | None:
    statement = (
        select(InvoiceEntry.kind, Invoice.id, Invoice.centre_id, Invoice.application_id)
        .join(Invoice, Invoice.id == InvoiceEntry.invoice_id)
        .where(InvoiceEntry.id == id_, InvoiceEntry.kind.in_(kinds), money_visible_to(work.actor, Invoice.centre_id))
    )
    row = (await work.session.execute(statement)).one_or_none()
    if row is None:
        return None
    type_ = RefSubject.CREDIT_NOTE if row.kind is EntryKind.CREDIT else RefSubject(row.kind.value)
    return Found(Subject(type_, id_, row.centre_id, row.id, row.application_id), row.centre_id)


async def find_centre_subject(work: Work, ids: Mapping[str, UUID]) -> Found[Subject] | None:
    """Find the centre in the path, for staff, finance systems and itself."""
    statement = select(Centre.id).where(Centre.id == ids["centre_id"], money_visible_to(work.actor, Centre.id))
    id_ = await work.session.scalar(statement)
    return Found(Subject(RefSubject.CENTRE, id_, id_), id_) if id_ is not None else None


@unfiltered(Reason.JUDGED)
async def lock_external_ref(session: AsyncSession, subject: Subject, system: str) -> ExternalRef | None:
    """Lock the object's reference in the system."""
    row = ExternalRef
    return await lock_found(session, select(row).where(row.subject_id == subject.id, row.system == system))


@unfiltered(Reason.RULE)
async def find_holder(session: AsyncSession, type_: RefSubject, system: str, external_id: str) -> UUID | None:
    """Find the object of this kind that has the id in the system."""
    row = ExternalRef
    found: UUID | None = await session.scalar(
        select(row.subject_id).where(row.subject_type == type_, row.system == system, row.external_id == external_id)
    )
    return found


@unfiltered(Reason.JUDGED)
async def refs_of(work: Work, subject_ids: Sequence[UUID]) -> dict[UUID, list[RefRow]]:
    """List the references of each object that the actor has found, by system. A centre sees none: they are the
    business of whoever keeps the books."""
    if not subject_ids or not (work.actor.is_staff or work.actor.kind is ActorKind.CLIENT):
        return {}
    if work.session.has_changes:
        await work.session.flush()
    found: dict[UUID, list[RefRow]] = {}
    for each in await _OF_SUBJECTS.all(work.driver, subject_ids=list(subject_ids)):
        found.setdefault(each.subject_id, []).append(each)
    return found
