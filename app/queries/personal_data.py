"""Everything that the product holds about one person, found by their email address."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Text, and_, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.actors import CentreRole
from app.domain.initial_applications import InitialApplicationStatus
from app.domain.json_values import JsonObject
from app.domain.names import email_key
from app.models import (
    Base,
    Contact,
    Email,
    EmailChange,
    Event,
    Factor,
    InitialApplication,
    InitialApplicationCorrection,
    InvoiceAddress,
    Membership,
    Person,
    Session,
    StaffMember,
)
from app.queries.centre_users import another_super_user
from app.queries.email_changes import FormerAddress
from app.queries.locking import locking
from app.queries.visibility import Reason, unfiltered

RowT = TypeVar("RowT", bound=Base)
_ERASED = "erased-%@erased.invalid"


class Subject(NamedTuple):
    """A person's rows, each kind in the order of ids."""

    person: Person | None
    memberships: Sequence[Membership]
    staff_records: Sequence[StaffMember]
    contacts: Sequence[Contact]
    initial_applications: Sequence[InitialApplication]
    invoice_addresses: Sequence[InvoiceAddress]


def _is(column: InstrumentedAttribute[str], key: str) -> ColumnElement[bool]:
    return func.lower(column) == key.lower()


async def find_subject(session: AsyncSession, address: str, *, lock: bool = False) -> Subject:
    """Find the rows that belong to this address. With `lock`, lock them; lock their centres first."""
    key = email_key(address)
    of_person = select(Person).where(Person.email_key == key)
    # First, as everybody who changes staff locks them.
    staff = await _rows(
        session, select(StaffMember).where(StaffMember.person_id.in_(of_person.with_only_columns(Person.id))), lock
    )
    found = await _rows(session, of_person, lock)
    members = (
        select(Membership).where(Membership.person_id.in_([person.id for person in found])).order_by(Membership.id)
    )
    contacts = select(Contact).where(_is(Contact.email, key)).order_by(Contact.id)
    applications = (
        select(InitialApplication)
        .where(
            or_(
                _is(InitialApplication.super_user_email, key),
                _is(InitialApplication.email, key),
                InitialApplication.id.in_(_corrected(key)),
            )
        )
        .order_by(InitialApplication.id)
    )
    addresses = select(InvoiceAddress).where(_is(InvoiceAddress.email_key, key)).order_by(InvoiceAddress.id)
    return Subject(
        found[0] if found else None,
        await _rows(session, members, lock),
        staff,
        await _rows(session, contacts, lock),
        await _rows(session, applications, lock),
        await _rows(session, addresses, lock),
    )


def _corrected(key: str) -> Select[UUID]:
    """The initial applications in which the address was corrected: it may be a stranger's."""
    row = InitialApplicationCorrection
    return select(row.initial_application_id).where(had_address(row.before, key))


def had_address(before: SQLColumnExpression[JsonObject | None], key: str) -> ColumnElement[bool]:
    """True for what a correction changed, if the address was in it."""
    typed = (before["email"].as_string(), before["initial_super_user"]["email"].as_string())
    return or_(*(func.lower(each) == key.lower() for each in typed))


@unfiltered(Reason.PERMITTED)
async def _rows(session: AsyncSession, statement: Select[RowT], lock: bool) -> Sequence[RowT]:
    # Afresh: others may have changed what was read before the lock.
    wanted = locking(statement).execution_options(populate_existing=True) if lock else statement
    return (await session.scalars(wanted)).all()


@unfiltered(Reason.PERMITTED)
async def ids_of_invitations(session: AsyncSession, person_id: UUID) -> Collection[UUID]:
    """Find the person's invitations that wait."""
    statement = (
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.person_id == person_id, Membership.deactivated_at.is_(None), is_invitation())
    )
    return (await session.scalars(statement)).all()


def is_invitation() -> ColumnElement[bool]:
    """True for a membership that nobody has accepted, be it by the first password. The first super user has no other
    beside them, and is no guest."""
    guest = or_(Membership.role != CentreRole.SUPER_USER, another_super_user(Membership.centre_id, Membership.id))
    return or_(Membership.pending, and_(Person.password_changed_at.is_(None), guest))


@unfiltered(Reason.PERMITTED)
async def list_security(
    session: AsyncSession, person_id: UUID, most: int
) -> tuple[Sequence[Session], Sequence[Factor], Sequence[EmailChange]]:
    """List the person's newest sessions, their second factors and their changes of address."""
    sessions = select(Session).where(Session.person_id == person_id).order_by(Session.id.desc()).limit(most)
    factors = select(Factor).where(Factor.person_id == person_id).order_by(Factor.id)
    changes = select(EmailChange).where(EmailChange.person_id == person_id).order_by(EmailChange.id.desc()).limit(most)
    return (
        (await session.scalars(sessions)).all(),
        (await session.scalars(factors)).all(),
        (await session.scalars(changes)).all(),
    )


def _went_to(address: str, former: Sequence[FormerAddress]) -> ColumnElement[bool]:
    """The letters to the address, and to a former one while the person had it: since then it may be somebody else's."""
    addresses = func.recipient_addresses(Email.recipients, type_=ARRAY(Text()))
    earlier = (
        and_(addresses.contains([email_key(each.address).lower()]), Email.queued_at <= each.until) for each in former
    )
    return or_(addresses.contains([email_key(address).lower()]), *earlier)


@unfiltered(Reason.PERMITTED)
async def list_letters_to(
    session: AsyncSession, address: str, former: Sequence[FormerAddress], most: int
) -> Sequence[Email]:
    """List the newest letters that went to the address, or to a former one while the person had it."""
    statement = select(Email).where(_went_to(address, former)).order_by(Email.id.desc()).limit(most)
    return (await session.scalars(statement)).all()


@unfiltered(Reason.PERMITTED)
async def ids_of_letters_to(
    session: AsyncSession, address: str, former: Sequence[FormerAddress], until: datetime | None
) -> Sequence[UUID]:
    """Find every letter that went to the address, or to a former one while the person had it, `until` that time."""
    statement = select(Email.id).where(_went_to(address, former)).order_by(Email.id)
    if until is not None:
        statement = statement.where(Email.queued_at <= until)
    return (await session.scalars(statement)).all()


@unfiltered(Reason.PERMITTED)
async def list_changes_by(session: AsyncSession, person_id: UUID, most: int) -> Sequence[Event]:
    """List the newest changes that the person made."""
    statement = select(Event).where(Event.actor_id == person_id).order_by(Event.id.desc()).limit(most)
    return (await session.scalars(statement)).all()


@unfiltered(Reason.SYSTEM)
async def former_people(session: AsyncSession, before: datetime, most: int) -> Sequence[str]:
    """Find addresses of people whose last place, or whose only invitation, ended before this time."""
    member, staff = Membership.person_id == Person.id, StaffMember.person_id == Person.id
    serves_or_new = or_(~is_invitation(), Membership.invited_at >= before)
    recent = or_(
        select(literal_column("1")).where(member, Membership.deactivated_at.is_(None), serves_or_new).exists(),
        select(literal_column("1")).where(member, Membership.deactivated_at >= before).exists(),
        select(literal_column("1")).where(staff, StaffMember.deactivated_at.is_(None)).exists(),
        select(literal_column("1")).where(staff, StaffMember.deactivated_at >= before).exists(),
    )
    statement = (
        select(Person.email)
        .where(Person.created_at < before, Person.email_key.not_like(_ERASED), ~recent)
        .order_by(Person.id)
        .limit(most)
    )
    return (await session.scalars(statement)).all()


@unfiltered(Reason.SYSTEM)
async def lock_ended_contacts(session: AsyncSession, before: datetime, most: int) -> Sequence[Contact]:
    """Lock contacts that ended before this time and are not erased."""
    statement = select(Contact).where(Contact.ended_at < before, Contact.email.not_like(_ERASED)).order_by(Contact.id)
    return (await session.scalars(locking(statement.limit(most)))).all()


@unfiltered(Reason.SYSTEM)
async def lock_declined(session: AsyncSession, before: datetime, most: int) -> Sequence[InitialApplication]:
    """Lock initial applications that were declined before this time and are not erased."""
    statement = select(InitialApplication).where(
        InitialApplication.status == InitialApplicationStatus.DECLINED,
        InitialApplication.decided_at < before,
        InitialApplication.super_user_email.not_like(_ERASED),
    )
    return (await session.scalars(locking(statement.order_by(InitialApplication.id).limit(most)))).all()


@unfiltered(Reason.SYSTEM)
async def ids_of_old_letters(session: AsyncSession, before: datetime, most: int) -> Sequence[UUID]:
    """Find letters that were queued before this time and still name their recipients."""
    statement = select(Email.id).where(Email.recipients.is_not(None), Email.queued_at < before)
    return (await session.scalars(statement.order_by(Email.id).limit(most))).all()


@unfiltered(Reason.JUDGED)
async def names_as_actor(session: AsyncSession, person_id: UUID) -> set[str]:
    """The names under which the person made changes: an earlier one stands in summaries too."""
    found = select(Event.actor_name).where(Event.actor_id == person_id, Event.actor_name.is_not(None)).distinct()
    return {name for name in await session.scalars(found) if name is not None}
