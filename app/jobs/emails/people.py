"""Letters that let a person in. A secret is made here, at the moment of sending, and is stored hashed only (R06)."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from app.database import Work
from app.domain.actors import StaffRole
from app.emails.centre_users import AddedToCentre, CentreUserInvited, LogInDetails
from app.emails.passwords import PasswordChanged, PasswordReset
from app.emails.staff import AddedToStaff, StaffLogInDetails
from app.integrations.storage import DocumentStore
from app.jobs.emails.letter import Arguments, Letter, addressees, id_in
from app.letters.centre_users.sent import note_log_in_details_sent
from app.letters.secrets import RESET_LIFETIME, make_first_password, make_reset_token
from app.models import Centre, Membership, Person, StaffMember
from app.queries.people import has_a_place


async def log_in_details(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """The first super user's log-in details (R04)."""
    membership = await _active_membership(work, arguments)
    made = await make_first_password(work, membership.person_id) if membership else None
    if membership is None or made is None:
        return None
    centre, person = await _of(work, membership)
    password, expires_at = made
    message = LogInDetails(
        recipient_name=person.name,
        centre_name=centre.name,
        email=person.email,
        first_password=password,
        expires_at=expires_at,
    )
    return Letter(message, addressees([person]), carries_secret=True, once_sent=_sent(membership))


async def invited(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """A further user's log-in details (R10)."""
    membership = await _active_membership(work, arguments)
    made = await make_first_password(work, membership.person_id) if membership else None
    if membership is None or made is None:
        return None
    centre, person = await _of(work, membership)
    password, expires_at = made
    message = CentreUserInvited(
        recipient_name=person.name,
        centre_name=centre.name,
        invited_by=await _inviter(work, arguments),
        email=person.email,
        first_password=password,
        expires_at=expires_at,
    )
    return Letter(message, addressees([person]), carries_secret=True, once_sent=_sent(membership))


async def added_to_centre(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """To somebody who has a password of their own already."""
    membership = await _active_membership(work, arguments)
    if membership is None:
        return None
    centre, person = await _of(work, membership)
    message = AddedToCentre(
        recipient_name=person.name,
        centre_name=centre.name,
        invited_by=await _inviter(work, arguments),
        email=person.email,
    )
    return Letter(message, addressees([person]), once_sent=_sent(membership))


async def staff_log_in_details(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """A new staff member's log-in details."""
    row = await _active_staff(work, arguments)
    made = await make_first_password(work, row.person_id) if row else None
    if row is None or made is None:
        return None
    person = await work.session.get_one(Person, row.person_id)
    password, expires_at = made
    message = StaffLogInDetails(
        recipient_name=person.name,
        roles=_role_names(row),
        email=person.email,
        first_password=password,
        expires_at=expires_at,
    )
    return Letter(message, addressees([person]), carries_secret=True)


async def added_to_staff(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """To somebody who has a password of their own already."""
    row = await _active_staff(work, arguments)
    if row is None:
        return None
    person = await work.session.get_one(Person, row.person_id)
    message = AddedToStaff(recipient_name=person.name, roles=_role_names(row), email=person.email)
    return Letter(message, addressees([person]))


async def password_reset(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """The link that sets a new password, for somebody who can still sign in."""
    person = await work.session.get_one(Person, id_in(arguments, "person_id"))
    if not await has_a_place(work.session, person.id):
        return None
    token = await make_reset_token(work, person)
    message = PasswordReset(recipient_name=person.name, token=token, expires_at=work.now + RESET_LIFETIME)
    return Letter(message, addressees([person]), carries_secret=True)


async def password_changed(work: Work, _: DocumentStore, arguments: Arguments) -> Letter | None:
    """So that the owner notices a change that was not theirs."""
    person = await work.session.get_one(Person, id_in(arguments, "person_id"))
    if person.password_changed_at is None:
        return None
    return Letter(
        PasswordChanged(recipient_name=person.name, changed_at=person.password_changed_at), addressees([person])
    )


async def _active_membership(work: Work, arguments: Arguments) -> Membership | None:
    membership = await work.session.get_one(Membership, id_in(arguments, "membership_id"))
    return membership if membership.deactivated_at is None else None


async def _of(work: Work, membership: Membership) -> tuple[Centre, Person]:
    return (
        await work.session.get_one(Centre, membership.centre_id),
        await work.session.get_one(Person, membership.person_id),
    )


async def _inviter(work: Work, arguments: Arguments) -> str:
    inviter = arguments.get("invited_by")
    person = await work.session.get(Person, UUID(inviter)) if inviter else None
    return person.name if person is not None else work.settings.organisation.name


async def _active_staff(work: Work, arguments: Arguments) -> StaffMember | None:
    row = await work.session.get_one(StaffMember, id_in(arguments, "staff_id"))
    return row if row.deactivated_at is None else None


def _role_names(row: StaffMember) -> tuple[str, ...]:
    return tuple(role.value.replace("_", " ").capitalize() for role in StaffRole if role.value in row.roles)


def _sent(membership: Membership) -> Callable[[Work], Awaitable[None]]:
    async def note(work: Work) -> None:
        await note_log_in_details_sent(work, membership.id)

    return note
