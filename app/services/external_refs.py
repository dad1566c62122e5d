"""Say where objects are in finance systems: the integration does, and finance staff where it cannot (R18)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.events import EventType
from app.domain.external_refs import CLOCKS_DIFFER, RefSubject, SyncState, system_key
from app.domain.json_values import JsonObject
from app.domain.refusals.external_refs import ExternalIdFixed, ExternalRefTaken
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.models import ExternalRef, InvoiceEntry
from app.queries import external_refs as queries
from app.queries.centres import lock_centre
from app.queries.external_refs import RefRow, Subject
from app.queries.rows import get_row
from app.schemas import external_refs as schemas

_NAMES: Final = {
    RefSubject.INVOICE: "Invoice",
    RefSubject.CREDIT_NOTE: "Credit note",
    RefSubject.PAYMENT: "Payment",
    RefSubject.REFUND: "Refund",
    RefSubject.CENTRE: "Centre",
}
ShownRefs: TypeAlias = Mapping[UUID, list[schemas.ExternalRef]]
"""What answers show of each object's references."""
NO_REFS: Final[ShownRefs] = MappingProxyType({})


async def save(work: Work, subject: Subject, system: str, body: schemas.ExternalRefSave) -> schemas.ExternalRef:
    """Say where the object is in the system. Saying the same again changes nothing but the last attempt.

    Raises `InvalidInput` for an attempt in the future, `ExternalRefTaken` and, at the limit, `TooManyRecords`.
    """
    if body.last_attempt_at is not None and body.last_attempt_at > work.now + CLOCKS_DIFFER:
        sentence = "Enter when the system last tried: it cannot be in the future."
        raise fault("/last_attempt_at", InputFaultCode.IN_THE_FUTURE, sentence)
    row = await queries.lock_external_ref(work.session, subject, system)
    if body.external_id is not None:
        holder = await queries.find_holder(work.session, subject.type, system, body.external_id)
        if holder not in (None, subject.id):
            raise ExternalRefTaken(holder)
    values = body.model_dump()
    if values["last_attempt_at"] is None and body.sync_state is not SyncState.PENDING:
        values["last_attempt_at"] = work.now
    before = _audited(row) if row is not None else None
    if row is None:
        known = await queries.refs_of(work, [subject.id])
        limits.require_room(len(known.get(subject.id, ())), limits.EXTERNAL_REFS, "finance systems of this object")
        row = ExternalRef(subject_id=subject.id, system=system, subject_type=subject.type, changed_at=work.now)
        work.session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    if _audited(row) != before:
        row.changed_at = work.now
        await _record(work, EventType.EXTERNAL_REF_SAVED, subject, f"is {row.sync_state} in {system}", before, row)
    await work.session.flush()
    await _touch(work, subject)
    return to_schema(row)


async def delete(work: Work, subject: Subject, system: str) -> None:
    """Forget where the object is in the system. A no-op where nothing is known."""
    row = await queries.lock_external_ref(work.session, subject, system)
    if row is None:
        return
    await _record(work, EventType.EXTERNAL_REF_DELETED, subject, f"is not known in {system} any more", _audited(row))
    await work.session.delete(row)
    await work.session.flush()
    await _touch(work, subject)


async def save_of_payment(
    work: Work, subject: Subject, system: str, body: schemas.ExternalRefSave
) -> schemas.ExternalRef:
    """As `save`. Also raises `ExternalIdFixed` for another id than the payment was recorded with."""
    await _require_recorded_id(work, subject, system, body.external_id)
    return await save(work, subject, system, body)


async def delete_of_payment(work: Work, subject: Subject, system: str) -> None:
    """As `delete`. Raises `ExternalIdFixed` for the system that the payment was recorded with."""
    await _require_recorded_id(work, subject, system, None)
    await delete(work, subject, system)


async def _require_recorded_id(work: Work, subject: Subject, system: str, external_id: str | None) -> None:
    entry = await get_row(work.session, InvoiceEntry, subject.id)
    if entry.external_system is None or system_key(entry.external_system) != system:
        return
    if entry.external_payment_id != external_id:
        raise ExternalIdFixed


async def _touch(work: Work, subject: Subject) -> None:
    """The centre's tag covers its references."""
    if subject.type is RefSubject.CENTRE:
        (await lock_centre(work.session, subject.id)).touch()


async def _record(
    work: Work,
    type_: EventType,
    subject: Subject,
    what: str,
    before: JsonObject | None,
    row: ExternalRef | None = None,
) -> None:
    about: JsonObject = {"subject_type": subject.type.value, "subject_id": str(subject.id)}
    await outbox.record(
        work,
        type_,
        ("invoice", subject.invoice_id) if subject.invoice_id is not None else ("centre", subject.id),
        summary=f"{_NAMES[subject.type]} {what}",
        application_id=subject.application_id,
        centre_id=subject.centre_id,
        centre_sees=False,
        before=about | before if before is not None else None,
        after=about | _audited(row) if row is not None else about,
    )


def _audited(row: ExternalRef) -> JsonObject:
    return {
        "system": row.system,
        "external_id": row.external_id,
        "sync_state": row.sync_state.value,
        "last_error": row.last_error,
        "url": row.url,
    }


def to_schema(row: ExternalRef | RefRow) -> schemas.ExternalRef:
    return schemas.ExternalRef(
        system=row.system,
        external_id=row.external_id,
        sync_state=row.sync_state,
        last_error=row.last_error,
        last_attempt_at=row.last_attempt_at,
        url=row.url,
        changed_at=row.changed_at,
    )


async def shown_refs(work: Work, subject_ids: Sequence[UUID]) -> ShownRefs:
    """The references of each object, as its answer shows them to this actor."""
    found = await queries.refs_of(work, subject_ids)
    return {id_: [to_schema(row) for row in rows] for id_, rows in found.items()}


def of_new_entry(row: InvoiceEntry) -> list[schemas.ExternalRef]:
    """What the database's trigger says of a payment or refund that was just recorded with an external id."""
    if row.external_system is None or row.external_payment_id is None:
        return []
    return [
        schemas.ExternalRef(
            system=system_key(row.external_system),
            external_id=row.external_payment_id,
            sync_state=SyncState.SYNCED,
            last_error=None,
            last_attempt_at=row.recorded_at,
            url=None,
            changed_at=row.recorded_at,
        )
    ]
