"""Invite, change and deactivate a centre's portal users (R06, R10).

Everybody locks in one order, centre, person, membership, so that no two requests deadlock.
"""

from collections.abc import Mapping

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.actors import CentreRole
from app.domain.centre_users import centre_user_status
from app.domain.events import EventType
from app.domain.preconditions import Expected, etag, of_rows
from app.domain.refusals.centre_users import (
    AlreadyAUser,
    LastSuperUser,
    NameBelongsToThePerson,
    OnlyTheFirstSuperUser,
    PasswordAlreadyChosen,
    TooManyUsers,
    UserDeactivated,
)
from app.letters.centre_users.added import AddedToCentre
from app.letters.centre_users.invited import CentreUserInvited
from app.letters.centre_users.log_in_details import LogInDetails
from app.models import Membership, Person
from app.queries import centre_users as queries
from app.queries.centres import AnyCentre, lock_centre
from app.queries.people import has_a_place, lock_person
from app.queries.rows import get_row
from app.queries.sessions import end_sessions
from app.schemas import centre_users as schemas
from app.services.letter_limits import require_room_for_invitation
from app.services.patches import Change, apply
from app.services.people import PersonDetails, find_or_create_person, leave_to_accept, owe_log_in_details

_NAMES = ("first_name", "last_name")


async def list_all(work: Work, centre: AnyCentre) -> schemas.CentreUserList:
    """List everybody who is or was a user of the centre."""
    rows = await queries.list_members(work.session, centre.id)
    return schemas.CentreUserList(items=[_to_schema(membership, person) for membership, person in rows])


async def show(work: Work, row: Membership) -> schemas.CentreUser:
    return _to_schema(row, await get_row(work.session, Person, row.person_id))


async def invite(work: Work, centre: AnyCentre, body: schemas.CentreUserInvite) -> schemas.CentreUser:
    """Invite somebody, or a deactivated user again, and queue the email.

    The answer is the same for every address: whoever has an account accepts the invitation first, and staff cannot.
    Raises `Conflict` for a current user and at the limit, and `TooManyRequests`.
    """
    await lock_centre(work.session, centre.id)
    details = PersonDetails(**body.model_dump(exclude={"role"}))
    person, created = await find_or_create_person(work, details)
    row = await queries.lock_membership_of(work.session, centre.id, person.id)
    before, again = None, row is not None
    if row is None:
        if await queries.count_members(work.session, centre.id) >= limits.USERS:
            raise TooManyUsers(limits.USERS)
        row = Membership(person_id=person.id, centre_id=centre.id)
        work.session.add(row)
    elif row.deactivated_at is None:
        raise AlreadyAUser
    else:
        before = {"role": row.role.value, "deactivated_at": row.deactivated_at.isoformat()}
    row.role = body.role
    row.job_title = body.job_title
    row.telephone = body.telephone
    row.telephone_extension = body.telephone_extension
    row.invited_at = work.now
    row.log_in_details_sent_at = None
    row.deactivated_at = None
    row.pending = not created and not (again and await _has_only_this(work, person, row))
    if row.pending:
        leave_to_accept(row, details)
    elif not created:
        person.first_name, person.last_name = details.first_name, details.last_name
    await work.session.flush()
    await outbox.record(
        work,
        EventType.USER_INVITED,
        ("user", row.id),
        summary=f"User invited as {_words(body.role)}",
        centre_id=centre.id,
        before=before,
        after=body.model_dump(mode="json"),
    )
    await require_room_for_invitation(work, centre.id, body.email)
    await owe_log_in_details(work, row, CentreUserInvited)
    return _to_schema(row, person)


async def _has_only_this(work: Work, person: Person, row: Membership) -> bool:
    """True for somebody whom this centre invited before, who has neither chosen a password nor another place."""
    return (
        person.must_change_password
        and await queries.owns_first_password(work.session, row)
        and not await queries.serves_elsewhere(work.session, row)
    )


async def update(
    work: Work, found: Membership, expected: Expected, body: schemas.CentreUserUpdate
) -> schemas.CentreUser:
    """Change a user.

    Raises `Conflict` for a deactivated user, for the last super user's role, and for the name of somebody who has
    chosen a password.
    """
    person, row = await _lock(work, found)
    expected.check(_version(row, person))
    if row.deactivated_at is not None:
        raise UserDeactivated
    values = body.model_dump(exclude_unset=True)
    if values.get("role", row.role) is not row.role:
        await _require_another_super_user(work, row)
    name = await _rename(work, row, person, {key: values.pop(key) for key in _NAMES if key in values})
    place = apply(row, values)
    change = Change(name.before | place.before, name.after | place.after)
    if change.after:
        row.touch()
        await outbox.record(
            work,
            EventType.USER_UPDATED,
            ("user", row.id),
            summary=f"User made {_words(row.role)}" if "role" in change.after else "Details of a user changed",
            centre_id=row.centre_id,
            before=change.before,
            after=change.after,
        )
        await work.session.flush()
    return _to_schema(row, person)


async def _rename(work: Work, row: Membership, person: Person, names: Mapping[str, str]) -> Change:
    """Change the name: what was typed, until the person has accepted, or the person's, until they choose a password."""
    if row.pending:
        typed = apply(row, {f"invited_{key}": name for key, name in names.items()})
        return Change(*({key.removeprefix("invited_"): name for key, name in side.items()} for side in typed))
    name = apply(person, names)
    if name.after and (not person.must_change_password or await queries.serves_elsewhere(work.session, row)):
        raise NameBelongsToThePerson
    return name


async def deactivate(work: Work, found: Membership, expected: Expected) -> None:
    """Deactivate a user; their sessions end unless they serve another centre or are staff.

    Repeating it is a no-op. Raises `Conflict` for the last super user.
    """
    person, row = await _lock(work, found)
    if expected.is_repeat(_version(row, person), done=row.deactivated_at is not None):
        return
    await _require_another_super_user(work, row)
    row.deactivated_at = work.now
    await outbox.record(
        work,
        EventType.USER_DEACTIVATED,
        ("user", row.id),
        summary=f"User deactivated, who was {_words(row.role)}",
        centre_id=row.centre_id,
        before={"deactivated_at": None},
        after={"deactivated_at": work.now.isoformat()},
    )
    await work.session.flush()
    if not row.pending and not await has_a_place(work.session, person.id):
        await end_sessions(work, person.id, "deactivated")


async def resend_invitation(work: Work, found: Membership) -> schemas.InvitationReceipt:
    """Send new log-in details, which replace the earlier ones (R06).

    Raises `Forbidden` when customer experience asks for anybody but the first super user, `Conflict` for somebody who
    is deactivated or has chosen a password, and `TooManyRequests`.
    """
    first = found.id == await queries.first_member_id(work.session, found.centre_id)
    if work.actor.is_staff and not (first and found.role is CentreRole.SUPER_USER):
        raise OnlyTheFirstSuperUser
    person, row = await _lock(work, found)
    if row.deactivated_at is not None:
        raise UserDeactivated
    if not row.pending and not person.must_change_password:
        raise PasswordAlreadyChosen
    email = row.invited_email or person.email
    await require_room_for_invitation(work, row.centre_id, email)
    await outbox.record(
        work,
        EventType.INVITATION_RESENT,
        ("user", row.id),
        summary="Log-in details to be sent again",
        centre_id=row.centre_id,
    )
    if row.pending or await queries.owns_first_password(work.session, row):
        await owe_log_in_details(work, row, LogInDetails if first else CentreUserInvited)
    else:
        # An earlier release let two centres send first passwords: the second must not replace that of the first.
        await outbox.queue(work, AddedToCentre(membership_id=row.id, invited_by=work.actor.id))
    return schemas.InvitationReceipt(
        email=email,
        message="New log-in details are on their way; those sent before stop working when they go out.",
    )


async def _lock(work: Work, found: Membership) -> tuple[Person, Membership]:
    await lock_centre(work.session, found.centre_id)
    person = await lock_person(work.session, found.person_id)
    return person, await queries.lock_membership(work.session, found.id)


async def _require_another_super_user(work: Work, row: Membership) -> None:
    """Raise `Conflict` if the locked centre would have no active super user left (R10)."""
    if row.role is CentreRole.SUPER_USER and not await queries.has_another_super_user(
        work.session, row.centre_id, row.id
    ):
        raise LastSuperUser


def _version(row: Membership, person: Person) -> int:
    """Until somebody accepts, the record shows only what was typed, and its tag must not tell what the person does
    elsewhere."""
    accepted = not row.pending and not person.must_change_password
    return of_rows(row.version, person.version) if accepted else row.version


def _words(role: CentreRole) -> str:
    return "a super user" if role is CentreRole.SUPER_USER else "a user"


def _to_schema(row: Membership, person: Person) -> schemas.CentreUser:
    typed = row.pending
    return schemas.CentreUser(
        etag=etag(_version(row, person)),
        id=row.id,
        first_name=(row.invited_first_name if typed else None) or person.first_name,
        last_name=(row.invited_last_name if typed else None) or person.last_name,
        job_title=row.job_title,
        email=(row.invited_email if typed else None) or person.email,
        telephone=row.telephone,
        telephone_extension=row.telephone_extension,
        role=row.role,
        status=centre_user_status(row.deactivated_at, accepted=not row.pending and not person.must_change_password),
        invited_at=row.invited_at,
        log_in_details_sent_at=row.log_in_details_sent_at,
        deactivated_at=row.deactivated_at,
    )
