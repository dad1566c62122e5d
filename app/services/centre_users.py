"""Invite, change and deactivate a centre's portal users (R06, R10).

Everybody locks in one order, centre, person, membership, so that no two requests deadlock.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import NamedTuple
from uuid import UUID

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
from app.queries.people import lock_person
from app.queries.rows import get_row
from app.schemas import centre_users as schemas
from app.services import memberships
from app.services.letter_limits import require_room_for_invitation
from app.services.memberships import NOTHING, role_in_words
from app.services.patches import Change, apply
from app.services.people import PersonDetails, find_or_create_person, inviter, leave_to_accept, owe_log_in_details
from app.services.super_users import settling
from app.services.workflow.activity import note_activity

_NAMES = ("first_name", "last_name")


async def list_all(work: Work, centre: AnyCentre) -> schemas.CentreUserList:
    """List everybody who is or was a user of the centre."""
    rows = await queries.list_members(work.session, centre.id)
    return schemas.CentreUserList(items=[to_schema(membership, person) for membership, person in rows])


async def show(work: Work, row: Membership) -> schemas.CentreUser:
    return to_schema(row, await get_row(work.session, Person, row.person_id))


async def invite(work: Work, centre: AnyCentre, body: schemas.CentreUserInvite) -> schemas.CentreUser:
    """Invite somebody, or a deactivated user again, and queue the email.

    The answer is the same for every address: whoever has an account accepts the invitation first, and staff cannot.
    Raises `Conflict` for a current user and at the limit, and `TooManyRequests`.
    """
    details = PersonDetails(**body.model_dump(exclude={"role"}))
    addressee = await find_addressee(work, centre.id, details)
    require_no_user(addressee)
    row = await invite_addressee(work, centre.id, addressee, details, body.role)
    return to_schema(row, addressee.person)


class Addressee(NamedTuple):
    """Who has an address, and their place at the centre, if they have or had one."""

    person: Person
    is_new: bool
    place: Membership | None


async def find_addressee(work: Work, centre_id: UUID, details: PersonDetails) -> Addressee:
    """Lock the centre, find or create the person, and lock both."""
    await lock_centre(work.session, centre_id)
    person, created = await find_or_create_person(work, details)
    return Addressee(person, created, await queries.lock_membership_of(work.session, centre_id, person.id))


def require_no_user(addressee: Addressee) -> None:
    """Raise `AlreadyAUser` for a current user."""
    if addressee.place is not None and addressee.place.deactivated_at is None:
        raise AlreadyAUser


async def invite_addressee(
    work: Work,
    centre_id: UUID,
    addressee: Addressee,
    details: PersonDetails,
    role: CentreRole,
    suffix: str = "",
    more: Mapping[str, object] = NOTHING,
) -> Membership:
    """Invite somebody who is no current user. `suffix` and `more` go into the record. Raises `TooManyUsers`."""
    person, created, row = addressee
    before, again = None, row is not None
    if row is None:
        if await queries.count_members(work.session, centre_id) >= limits.USERS:
            raise TooManyUsers(limits.USERS)
        row = Membership(person_id=person.id, centre_id=centre_id)
        work.session.add(row)
    elif row.deactivated_at is not None:
        before = {"role": row.role.value, "deactivated_at": row.deactivated_at.isoformat()}
    row.role = role
    row.job_title = details.job_title
    row.telephone = details.telephone
    row.telephone_extension = details.telephone_extension
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
        summary=f"User invited as {role_in_words(role)}{suffix}",
        centre_id=centre_id,
        before=before,
        after={**asdict(details), "role": role.value, **more},
    )
    await require_room_for_invitation(work, centre_id, details.email)
    await owe_log_in_details(work, row, CentreUserInvited)
    await note_activity(work, centre_id)
    return row


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
    person, row = await lock_user(work, found)
    expected.check(version_of(row, person))
    if row.deactivated_at is not None:
        raise UserDeactivated
    values = body.model_dump(exclude_unset=True)
    if values.get("role", row.role) is not row.role:
        await require_another_super_user(work, row)
        await settling.cancel_for(work, row)
    name = await rename(work, row, person, {key: values.pop(key) for key in _NAMES if key in values})
    place = apply(row, values)
    change = Change(name.before | place.before, name.after | place.after)
    if change.after:
        row.touch()
        await outbox.record(
            work,
            EventType.USER_UPDATED,
            ("user", row.id),
            summary=f"User made {role_in_words(row.role)}" if "role" in change.after else "Details of a user changed",
            centre_id=row.centre_id,
            before=change.before,
            after=change.after,
        )
        await work.session.flush()
        await note_activity(work, row.centre_id)
    return to_schema(row, person)


async def rename(work: Work, row: Membership, person: Person, names: Mapping[str, str]) -> Change:
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
    person, row = await lock_user(work, found)
    if expected.is_repeat(version_of(row, person), done=row.deactivated_at is not None):
        return
    await require_another_super_user(work, row)
    await settling.cancel_for(work, row)
    await memberships.end(work, row, f"User deactivated, who was {role_in_words(row.role)}")
    await note_activity(work, row.centre_id)


async def resend_invitation(work: Work, found: Membership) -> schemas.InvitationReceipt:
    """Send new log-in details, which replace the earlier ones (R06).

    Raises `Forbidden` when customer experience asks for anybody but the first super user, `Conflict` for somebody who
    is deactivated or has chosen a password, and `TooManyRequests`.
    """
    if work.actor.is_staff:
        first = found.id == await queries.first_member_id(work.session, found.centre_id)
        if not first or found.role is not CentreRole.SUPER_USER:
            raise OnlyTheFirstSuperUser
    return await send_again(work, found)


async def send_again(
    work: Work, found: Membership, suffix: str = "", more: Mapping[str, object] = NOTHING
) -> schemas.InvitationReceipt:
    """As `resend_invitation`, for anybody. `suffix` and `more` go into the record."""
    first = found.id == await queries.first_member_id(work.session, found.centre_id)
    person, row = await lock_user(work, found)
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
        summary=f"Log-in details to be sent again{suffix}",
        centre_id=row.centre_id,
        after=more,
    )
    if row.pending or await queries.owns_first_password(work.session, row):
        await owe_log_in_details(work, row, LogInDetails if first else CentreUserInvited)
    else:
        # An earlier release let two centres send first passwords: the second must not replace that of the first.
        await outbox.queue(work, AddedToCentre(membership_id=row.id, invited_by=inviter(work)))
    return schemas.InvitationReceipt(
        email=email,
        message="New log-in details are on their way; those sent before stop working when they go out.",
    )


async def lock_user(work: Work, found: Membership) -> tuple[Person, Membership]:
    """Lock a user, and read it afresh."""
    await lock_centre(work.session, found.centre_id)
    person = await lock_person(work.session, found.person_id)
    return person, await queries.lock_membership(work.session, found.id)


async def require_another_super_user(work: Work, row: Membership) -> None:
    """Raise `Conflict` if the locked centre would have no active super user left (R10)."""
    if row.role is CentreRole.SUPER_USER and not await queries.has_another_super_user(
        work.session, row.centre_id, row.id
    ):
        raise LastSuperUser


def version_of(row: Membership, person: Person) -> int:
    """The version of a user's tag. Until somebody accepts, the record shows only what was typed, and its tag must not
    tell what the person does elsewhere."""
    accepted = not row.pending and not person.must_change_password
    return of_rows(row.version, person.version) if accepted else row.version


def to_schema(row: Membership, person: Person) -> schemas.CentreUser:
    """Show a user."""
    typed = row.pending
    return schemas.CentreUser(
        etag=etag(version_of(row, person)),
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
