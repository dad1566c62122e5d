"""Add staff, change their roles and deactivate them.

Everybody locks in one order, the applications that somebody leads, staff records, people, so that no two requests
deadlock.
"""

from collections.abc import Sequence
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain.actors import StaffRole
from app.domain.events import EventType
from app.domain.preconditions import Expected, etag, of_rows
from app.domain.refusals.centre_users import PasswordAlreadyChosen
from app.domain.refusals.staff import (
    AlreadyStaff,
    CentreUserCannotBeStaff,
    LastAdministrator,
    OwnRole,
    StaffMemberDeactivated,
)
from app.domain.security_events import SecurityEventKind, SecurityOutcome
from app.letters.staff.added import AddedToStaff
from app.letters.staff.log_in_details import StaffLogInDetails
from app.models import Person, StaffMember
from app.queries import staff as queries
from app.queries.centre_leads import lock_led_applications
from app.queries.people import find_person_by_email, find_staff_record, lock_person
from app.queries.rows import get_row
from app.queries.sessions import end_sessions
from app.schemas import staff as schemas
from app.schemas.role_grants import PendingRole
from app.services import role_grants, security_events
from app.services.centre_leads import leave_all
from app.services.letter_limits import require_room_for_invitation
from app.services.patches import apply
from app.services.people import PersonDetails, find_or_create_person
from app.services.sessions.credentials import replace_password
from app.services.sessions.new_passwords import hash_acceptable


async def create_staff(work: Work, details: PersonDetails, roles: Sequence[StaffRole]) -> tuple[StaffMember, Person]:
    """Create a staff member, or reactivate a former one with these roles, without telling them.

    Raises `Conflict` for active staff, and for a centre user: nobody may assess their own submission.
    """
    former = await find_person_by_email(work.session, details.email)
    row = await queries.lock_staff_record(work.session, former.id) if former is not None else None
    person, _ = await find_or_create_person(work, details)
    if await queries.serves_a_centre(work.session, person.id):
        raise CentreUserCannotBeStaff
    # Somebody else may have added the same person just now.
    row = row or await find_staff_record(work.session, person.id)
    if row is not None and row.deactivated_at is None:
        raise AlreadyStaff
    if row is None:
        row = StaffMember(person_id=person.id, created_at=work.now)
        work.session.add(row)
    row.roles = []
    row.deactivated_at = None
    await work.session.flush()
    row.roles = await role_grants.give(work, row, roles)
    await work.session.flush()
    await outbox.record(
        work,
        EventType.STAFF_CREATED,
        ("staff_member", row.id),
        summary=f"{person.name} joined the staff",
        centre_sees=False,
        after={"person": str(person.id), "roles": row.roles},
    )
    await security_events.record(work, SecurityEventKind.STAFF_ADDED, person_id=person.id)
    await _record_roles(work, person, before=[], after=row.roles)
    return row, person


async def set_password(work: Work, person: Person, password: str) -> None:
    """Set a password on an operator's behalf, as if the person had chosen it; open sessions end.

    Raises `InvalidInput` for a weak password.
    """
    hashed = await hash_acceptable(work, person, password, pointer="/password")
    await replace_password(work, person, hashed, "password set by the operator")
    await outbox.record(
        work,
        EventType.PASSWORD_CHANGED,
        ("person", person.id),
        summary=f"The operator set {person.name}'s password",
        centre_sees=False,
    )
    await work.session.flush()


async def create(work: Work, body: schemas.StaffMemberCreate) -> schemas.StaffMember:
    """Create a staff member and queue their log-in details. Raises `TooManyRequests`."""
    details = PersonDetails(body.first_name, body.last_name, body.job_title, body.email, None)
    row, person = await create_staff(work, details, body.roles)
    await _owe_log_in_details(work, row, person)
    return await _shown(work, row, person)


async def list_all(work: Work, query: schemas.StaffMemberQuery) -> schemas.StaffMemberPage:
    """List a page of staff."""
    rows, cursor = await queries.list_staff(work, query)
    pending = await role_grants.pending_of(work, [row.id for row, _ in rows])
    items = [_to_schema(row, person, pending.get(row.id, [])) for row, person in rows]
    return schemas.StaffMemberPage(items=items, next_cursor=cursor)


async def show(work: Work, row: StaffMember) -> schemas.StaffMember:
    return await _shown(work, row, await get_row(work.session, Person, row.person_id))


async def update(
    work: Work, found: StaffMember, expected: Expected, body: schemas.StaffMemberUpdate
) -> schemas.StaffMember:
    """Change name, job title or roles.

    Raises `Conflict` if the last administrator would lose the role, and `OwnRole` where somebody gives themselves one.
    """
    loses_lead = "roles" in body.model_fields_set and StaffRole.CENTRE_LEAD not in body.roles
    if loses_lead:
        await lock_led_applications(work.session, found.person_id)
    row, person = await _lock(work, found, expected, body.roles if "roles" in body.model_fields_set else None)
    values, held = body.model_dump(exclude_unset=True), row.roles
    place = apply(row, {"roles": await role_grants.give(work, row, values.pop("roles"))} if "roles" in values else {})
    name = apply(person, values)
    before, after = name.before | place.before, name.after | place.after
    if StaffRole.CENTRE_LEAD in held and loses_lead:
        await leave_all(work, person)
    if not after:
        await work.session.flush()
        return await _shown(work, row, person)
    # What a release before 1.4.0 compares: the record's own version.
    row.touch()
    await outbox.record(
        work,
        EventType.STAFF_UPDATED,
        ("staff_member", row.id),
        summary=f"{person.name}'s place among the staff changed",
        centre_sees=False,
        before=before,
        after=after,
    )
    await _record_roles(work, person, before=held, after=row.roles)
    await work.session.flush()
    return await _shown(work, row, person)


async def deactivate(work: Work, found: StaffMember, expected: Expected) -> None:
    """Deactivate a staff member and end their sessions.

    Repeating it is a no-op. Raises `Conflict` for the last administrator.
    """
    await lock_led_applications(work.session, found.person_id)
    administrators = await queries.lock_administrators(work.session)
    row = await queries.lock_staff_member(work.session, found.id)
    person = await lock_person(work.session, row.person_id)
    if expected.is_repeat(of_rows(row.version, person.version), done=row.deactivated_at is not None):
        return
    _require_another_administrator(administrators, row)
    row.deactivated_at = work.now
    await role_grants.withdraw_all(work, row)
    await leave_all(work, person)
    await end_sessions(work, person.id, "staff member deactivated")
    await outbox.record(
        work,
        EventType.STAFF_DEACTIVATED,
        ("staff_member", row.id),
        summary=f"{person.name} left the staff",
        centre_sees=False,
        before={"roles": row.roles, "deactivated_at": None},
        after={"roles": row.roles, "deactivated_at": work.now.isoformat()},
    )
    await security_events.record(
        work, SecurityEventKind.STAFF_DEACTIVATED, person_id=person.id, detail={"roles": row.roles}
    )


async def resend_invitation(work: Work, found: StaffMember) -> schemas.StaffMember:
    """Queue the log-in details again; once sent, a new first password replaces the earlier one (R06).

    Raises `Conflict` once the person has chosen a password or is deactivated, and `TooManyRequests`.
    """
    row = await queries.lock_staff_member(work.session, found.id)
    person = await lock_person(work.session, row.person_id)
    _require_active(row)
    if not person.must_change_password:
        raise PasswordAlreadyChosen
    await _owe_log_in_details(work, row, person)
    await outbox.record(
        work,
        EventType.INVITATION_RESENT,
        ("staff_member", row.id),
        summary=f"Log-in details sent again to {person.name}",
        centre_sees=False,
    )
    return await _shown(work, row, person)


async def _lock(
    work: Work, found: StaffMember, expected: Expected, roles: Sequence[StaffRole] | None
) -> tuple[StaffMember, Person]:
    """Lock an active staff member, and the person whose name the record shows, at the expected version.

    None as roles leaves them unchanged. Raises `Conflict` if the last administrator would lose the role.
    """
    administrators = await queries.lock_administrators(work.session)
    row = await queries.lock_staff_member(work.session, found.id)
    person = await lock_person(work.session, row.person_id)
    expected.check(of_rows(row.version, person.version))
    _require_active(row)
    if roles is not None:
        if StaffRole.ADMINISTRATOR not in roles:
            _require_another_administrator(administrators, row)
        await _require_another_giver(work, row, roles)
    return row, person


async def _require_another_giver(work: Work, row: StaffMember, roles: Sequence[StaffRole]) -> None:
    added = [role.value for role in roles if role.value not in row.roles]
    if added and row.person_id == work.actor.id:
        await security_events.record(
            work,
            SecurityEventKind.ROLE_REQUESTED,
            person_id=row.person_id,
            outcome=SecurityOutcome.FAILURE,
            detail={"roles": added, "reason": "asked for themselves"},
            even_if_refused=True,
        )
        raise OwnRole


def _require_another_administrator(administrators: Sequence[UUID], row: StaffMember) -> None:
    if list(administrators) == [row.id]:
        raise LastAdministrator


def _require_active(row: StaffMember) -> None:
    if row.deactivated_at is not None:
        raise StaffMemberDeactivated


async def _owe_log_in_details(work: Work, row: StaffMember, person: Person) -> None:
    await require_room_for_invitation(work, None, person.email)
    letter = StaffLogInDetails if person.must_change_password else AddedToStaff
    await outbox.queue(work, letter(staff_id=row.id))


async def _record_roles(work: Work, person: Person, *, before: Sequence[str], after: Sequence[str]) -> None:
    for kind, roles in (
        (SecurityEventKind.ROLE_GRANTED, [role for role in after if role not in before]),
        (SecurityEventKind.ROLE_TAKEN, [role for role in before if role not in after]),
    ):
        if roles:
            await security_events.record(work, kind, person_id=person.id, detail={"roles": roles})


async def _shown(work: Work, row: StaffMember, person: Person) -> schemas.StaffMember:
    pending = await role_grants.pending_of(work, [row.id])
    return _to_schema(row, person, pending.get(row.id, []))


def _to_schema(row: StaffMember, person: Person, pending: list[PendingRole]) -> schemas.StaffMember:
    return schemas.StaffMember(
        etag=etag(of_rows(row.version, person.version)),
        id=row.id,
        person_id=row.person_id,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        job_title=person.job_title,
        roles=[StaffRole(role) for role in row.roles],
        pending_roles=pending,
        active=row.deactivated_at is None,
        has_chosen_password=not person.must_change_password,
        created_at=row.created_at,
        deactivated_at=row.deactivated_at,
    )
