"""Erase a person's data (UK GDPR article 17): everything but what the record, tax law or an organisation needs.

Rows stay, so that ids, sequences and hashes go on agreeing; what names the person is replaced.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, update
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.names import email_key
from app.domain.personal_data import (
    FIRST_NAME,
    JOB_TITLE,
    LAST_NAME,
    SOMEBODY,
    TELEPHONE,
    Erasure,
    erased_address,
)
from app.domain.personal_data import PersonalDataKind as Kind
from app.domain.refusals.personal_data import PersonStillNeeded
from app.domain.security_events import SecurityEventKind
from app.models import (
    Contact,
    Email,
    EmailChange,
    EmailDelivery,
    Event,
    Factor,
    FactorChallenge,
    InitialApplication,
    InitialApplicationCorrection,
    InvoiceAddress,
    Membership,
    PasswordReset,
    Person,
    RecoveryCode,
    Session,
    personal_columns,
)
from app.queries import personal_data as queries
from app.queries.centres import lock_centre
from app.queries.email_changes import FormerAddress, former_addresses
from app.schemas import personal_data as schemas
from app.services import security_events
from app.services.super_users import settling

_OF_A_PERSON = (Session, PasswordReset, EmailChange, Factor, RecoveryCode, FactorChallenge)


async def erase(work: Work, body: schemas.PersonalDataRequestCreate) -> schemas.PersonalDataErasure:
    """Erase what is held about the address. Repeating it finds nothing.

    Raises `PersonStillNeeded` for somebody who has a place or is part of an open initial application.
    """
    found = await queries.find_subject(work.session, body.email)
    # In the order of everybody else: centres and staff records, then people, then the rest.
    of_centres: tuple[Membership | Contact | InvoiceAddress, ...] = (
        *found.memberships,
        *found.contacts,
        *found.invoice_addresses,
    )
    for centre_id in sorted({row.centre_id for row in of_centres}):
        await lock_centre(work.session, centre_id)
    subject = await queries.find_subject(work.session, body.email, lock=True)
    if await is_needed(work, subject):
        raise PersonStillNeeded
    counts = await erase_subject(work, subject, body.email)
    await outbox.record(
        work,
        EventType.PERSONAL_DATA_ERASED,
        ("person", subject.person.id if subject.person is not None else uuid7()),
        summary="Personal data erased",
        centre_sees=False,
        after={"reason": body.reason, "erased": {kind.value: count for kind, count in counts.items()}},
    )
    person_id = subject.person.id if subject.person is not None else None
    await security_events.record(work, SecurityEventKind.ERASURE, person_id=person_id, detail={"reason": body.reason})
    return schemas.PersonalDataErasure(
        erased_at=work.now,
        erased=[schemas.ErasedRows(kind=kind, count=count) for kind, count in counts.items()],
        kept=[
            schemas.KeptColumn(table=each.table, column=each.column, reason=each.erasure.value)
            for each in personal_columns()
            if each.erasure is not Erasure.ERASED
        ],
    )


async def is_needed(work: Work, subject: queries.Subject) -> bool:
    """True for somebody who has a place, is a contact, or is part of an initial application that waits."""
    works = any(row.deactivated_at is None for row in subject.staff_records)
    # A pending invitation is no place, or a centre could block an erasure by inviting somebody.
    person = subject.person
    invitations = await queries.ids_of_invitations(work.session, person.id) if person is not None else ()
    serves = any(row.deactivated_at is None and row.id not in invitations for row in subject.memberships)
    is_contact = any(row.ended_at is None for row in subject.contacts)
    waits = any(row.status is InitialApplicationStatus.RECEIVED for row in subject.initial_applications)
    return works or serves or is_contact or waits


async def erase_subject(
    work: Work, subject: queries.Subject, address: str, *, letters_until: datetime | None = None
) -> Counter[Kind]:
    """Erase the locked rows and the letters to the address, and count them by kind. Letters that were queued after
    `letters_until` may be somebody's whose rows stay."""
    counts: Counter[Kind] = Counter()
    former: Sequence[FormerAddress] = ()
    if subject.person is not None:
        former = await former_addresses(work.session, subject.person.id)
        counts += await _erase_person(work, subject.person, subject)
    for contact in subject.contacts:
        await erase_contact(work, contact)
    for row in subject.initial_applications:
        counts[Kind.INITIAL_APPLICATION] += await erase_applicant(work, row, only=email_key(address))
    for inbox in subject.invoice_addresses:
        inbox.email, inbox.removed_at = erased_address(inbox.id), work.now
        inbox.email_key = inbox.email
        await _erase_events(work, [inbox.id])
    letters = await queries.ids_of_letters_to(work.session, address, former, letters_until)
    await erase_letters(work, letters)
    counts[Kind.CONTACT] = len(subject.contacts)
    counts[Kind.INVOICE_ADDRESS] = len(subject.invoice_addresses)
    counts[Kind.LETTER] = len(letters)
    return +counts


async def _erase_person(work: Work, person: Person, subject: queries.Subject) -> Counter[Kind]:
    names = {person.name, *await queries.names_as_actor(work.session, person.id)}
    for model in _OF_A_PERSON:
        await work.session.execute(delete(model).where(model.person_id == person.id))
    person.first_name, person.last_name = FIRST_NAME, LAST_NAME
    person.email = person.email_key = erased_address(person.id)
    person.job_title = person.telephone = person.telephone_extension = None
    person.password_hash = person.second_factor_since = None
    for row in subject.memberships:
        if row.deactivated_at is None:
            await _withdraw(work, row)
        row.job_title = row.telephone = row.telephone_extension = None
        row.invited_first_name = row.invited_last_name = row.invited_email = None
    await work.session.flush()
    aggregates = [person.id, *(row.id for row in subject.memberships), *(row.id for row in subject.staff_records)]
    await _erase_events(work, aggregates, *names)
    made = update(Event).where(Event.actor_id == person.id, Event.actor_name.is_not(None)).values(actor_name=None)
    changes: Any = await work.session.execute(made)
    counts = {Kind.ACCOUNT: 1, Kind.MEMBERSHIP: len(subject.memberships), Kind.STAFF_RECORD: len(subject.staff_records)}
    return Counter({**counts, Kind.CHANGE_MADE: changes.rowcount})


async def _withdraw(work: Work, row: Membership) -> None:
    """Withdraw an invitation that waits."""
    await settling.cancel_for(work, row)
    row.deactivated_at = work.now
    await outbox.record(
        work,
        EventType.USER_DEACTIVATED,
        ("user", row.id),
        summary="Invitation withdrawn",
        centre_id=row.centre_id,
        before={"deactivated_at": None},
        after={"deactivated_at": work.now.isoformat()},
    )


async def erase_contact(work: Work, row: Contact) -> None:
    """Erase a locked contact."""
    name = row.name
    row.first_name, row.last_name, row.email = FIRST_NAME, LAST_NAME, erased_address(row.id)
    row.job_title = row.telephone = row.telephone_extension = None
    await work.session.flush()
    await _erase_events(work, [row.id], name)


async def erase_applicant(work: Work, row: InitialApplication, *, only: str | None = None) -> bool:
    """Erase the person of a locked initial application, if `only` is not somebody else's address; of a declined one,
    also how to reach the organisation. Return false if there was nothing to erase."""
    name = f"{row.super_user_first_name} {row.super_user_last_name}"
    names_them = only is None or email_key(row.super_user_email) == only
    if only is not None and not names_them and row.status is not InitialApplicationStatus.DECLINED:
        return await _erase_mistyped(work, row, only)
    if names_them:
        row.super_user_first_name, row.super_user_last_name = FIRST_NAME, LAST_NAME
        row.super_user_email, row.super_user_job_title = erased_address(row.id), JOB_TITLE
        row.super_user_telephone, row.super_user_telephone_extension = TELEPHONE, None
    if row.status is InitialApplicationStatus.DECLINED:
        row.email, row.telephone, row.telephone_extension = erased_address(row.id), TELEPHONE, None
        row.address_line_1, row.address_line_2 = JOB_TITLE, None
    await work.session.flush()
    corrections = update(InitialApplicationCorrection).where(
        InitialApplicationCorrection.initial_application_id == row.id
    )
    await work.session.execute(corrections.values(before=None, after=None))
    await _erase_events(work, [row.id], name)
    return True


async def _erase_mistyped(work: Work, row: InitialApplication, address: str) -> bool:
    """Erase the corrections of an address that was mistyped, and is a stranger's. Return false if there are none."""
    correction = InitialApplicationCorrection
    of_form = update(correction).where(correction.initial_application_id == row.id)
    found: Any = await work.session.execute(
        of_form.where(queries.had_address(correction.before, address)).values(before=None, after=None)
    )
    of_events = update(Event).where(Event.aggregate_id == row.id, queries.had_address(Event.audit["before"], address))
    await work.session.execute(of_events.values(audit=None))
    return bool(found.rowcount)


async def _erase_events(work: Work, aggregates: Iterable[UUID], *names: str) -> None:
    """Take the before and after of these changes away, and the names out of their summaries. Who, when and what kind of
    change stay, and so do sequence and position."""
    summary: ColumnElement[str] = Event.summary.expression
    # The longest first: another can be a part of it.
    for name in sorted(names, key=len, reverse=True):
        summary = func.replace(summary, name, SOMEBODY)
    statement = update(Event).where(Event.aggregate_id.in_(list(aggregates)))
    await work.session.execute(statement.values(audit=None, summary=summary))


async def erase_letters(work: Work, ids: Sequence[UUID]) -> None:
    """Erase who these letters went to, and what mail systems said."""
    if ids:
        await work.session.execute(
            update(Email).where(Email.id.in_(ids)).values(recipients=None, subject=None, failure=None)
        )
        await work.session.execute(
            update(EmailDelivery).where(EmailDelivery.email_id.in_(ids)).values(recipient=None, words=None)
        )
