"""Tell a person what is held about them (UK GDPR article 15)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from app.database import Work
from app.domain import limits
from app.domain.personal_data import PersonalDataKind as Kind
from app.domain.security_events import SecurityEventKind
from app.models import (
    Base,
    Contact,
    Email,
    EmailChange,
    Event,
    Factor,
    InitialApplication,
    InvoiceAddress,
    Membership,
    Person,
    Session,
    StaffMember,
)
from app.queries import personal_data as queries
from app.queries.email_changes import former_addresses
from app.queries.people import find_person_by_email
from app.queries.rows import get_row
from app.row_context import seeing_everything
from app.schemas import personal_data as schemas
from app.services import security_events

Row: TypeAlias = (
    Person
    | Membership
    | StaffMember
    | Contact
    | InitialApplication
    | InvoiceAddress
    | Email
    | Session
    | Factor
    | EmailChange
)
_FOLLOWS = frozenset({"words", "email_key"})
"""Made from other columns."""


async def export(work: Work, body: schemas.PersonalDataRequestCreate) -> schemas.PersonalDataExport:
    """Collect what is held about the address."""
    person = await find_person_by_email(work.session, body.email)
    person_id = person.id if person is not None else None
    await security_events.record(work, SecurityEventKind.EXPORT, person_id=person_id, detail={"reason": body.reason})
    return await _collect(work, body.email)


async def export_own(work: Work) -> schemas.PersonalDataExport:
    """Collect what is held about whoever asks."""
    address = (await get_row(work.session, Person, work.actor.id)).email
    # Others may have typed the address: as a contact, or in an initial application.
    async with seeing_everything(work.session):
        return await _collect(work, address)


async def _collect(work: Work, address: str) -> schemas.PersonalDataExport:
    most = limits.PERSONAL_RECORDS_OF_A_KIND
    subject = await queries.find_subject(work.session, address)
    records = list(_of_subject(subject))
    former = await former_addresses(work.session, subject.person.id) if subject.person is not None else []
    letters = await queries.list_letters_to(work.session, address, former, most + 1)
    records += _records(Kind.LETTER, letters[:most], "kind", "sent_at")
    complete = len(letters) <= most
    if subject.person is not None:
        sessions, factors, address_changes = await queries.list_security(work.session, subject.person.id, most + 1)
        changes = await queries.list_changes_by(work.session, subject.person.id, most + 1)
        records += _records(Kind.SESSION, sessions[:most], "started_at", "last_used_at", "ended_at")
        records += _records(Kind.SECOND_FACTOR, factors, "kind", "created_at", "last_used_at")
        records += _records(Kind.EMAIL_CHANGE, address_changes[:most], "requested_at", "used_at", "voided_at")
        records += map(_change, changes[:most])
        complete = complete and max(map(len, (sessions, address_changes, changes))) <= most
    return schemas.PersonalDataExport(email=address, exported_at=work.now, records=records, complete=complete)


def _of_subject(subject: queries.Subject) -> Iterator[schemas.PersonalDataRecord]:
    if subject.person is not None:
        yield from _records(Kind.ACCOUNT, [subject.person], "created_at", "password_changed_at")
    yield from _records(Kind.MEMBERSHIP, subject.memberships, "centre_id", "role", "invited_at", "deactivated_at")
    yield from _records(Kind.STAFF_RECORD, subject.staff_records, "roles", "created_at", "deactivated_at")
    yield from _records(Kind.CONTACT, subject.contacts, "centre_id", "created_at", "ended_at")
    yield from _records(Kind.INVOICE_ADDRESS, subject.invoice_addresses, "centre_id", "added_at")
    yield from _records(Kind.INITIAL_APPLICATION, subject.initial_applications, "reference", "received_at", "status")


def _records(kind: Kind, rows: Sequence[Row], *explaining: str) -> Iterable[schemas.PersonalDataRecord]:
    return [
        schemas.PersonalDataRecord(kind=kind, id=str(row.id), values=[*_personal(row), *_explaining(row, explaining)])
        for row in rows
    ]


def _change(row: Event) -> schemas.PersonalDataRecord:
    """What the person did, without the values before and after: they are usually about somebody else."""
    values = list(_explaining(row, ("type", "occurred_at")))
    return schemas.PersonalDataRecord(kind=Kind.CHANGE_MADE, id=str(row.id), values=values)


def _personal(row: Base) -> Iterator[schemas.PersonalDataValue]:
    for column in row.__table__.columns:
        value = getattr(row, column.name)
        if column.info.get("personal") and column.name not in _FOLLOWS and value is not None:
            purpose = str(column.info["purpose"])
            yield schemas.PersonalDataValue(name=column.name, value=_shown(value), purpose=purpose)


def _explaining(row: Base, names: Sequence[str]) -> Iterator[schemas.PersonalDataValue]:
    for name in names:
        if (value := getattr(row, name)) is not None:
            yield schemas.PersonalDataValue(name=name, value=_shown(value), purpose=None)


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
