"""What customer experience does for a centre's users at its request (R10): each change is recorded as done on the
centre's behalf, with who asked, and the centre is told."""

from dataclasses import fields

from app import outbox
from app.database import Work
from app.domain.actors import CentreRole
from app.domain.centre_users import AssistedChange
from app.domain.events import EventType
from app.domain.names import email_key
from app.domain.preconditions import Expected
from app.domain.refusals.centre_users import AddressBelongsToThePerson, UserDeactivated
from app.domain.refusals.corrections import NothingToCorrect
from app.domain.refusals.email_changes import EmailAddressInUse
from app.domain.refusals.super_users import IdentityCheckRequired
from app.domain.security_events import SecurityEventKind
from app.letters.centre_users.changed_on_behalf import CentreUserChangedOnBehalf
from app.letters.centre_users.invited import CentreUserInvited
from app.letters.centre_users.log_in_details import LogInDetails
from app.models import Membership, Person
from app.queries import centre_users as queries
from app.queries.centres import AnyCentre
from app.queries.people import find_person_by_email
from app.queries.sessions import end_sessions, void_password_resets
from app.schemas import assistance as schemas
from app.schemas.centre_users import CentreUser, InvitationReceipt
from app.services import centre_users, memberships
from app.services.letter_limits import require_room_for_invitation
from app.services.patches import Change, apply
from app.services.people import PersonDetails, owe_log_in_details
from app.services.super_users import settling

ON_BEHALF = ", on the centre's behalf"
_OF_REQUEST = frozenset({"requested_by", "reason", "identity_check"})
_NAMES = ("first_name", "last_name")
_OF_A_PERSON = {field.name for field in fields(PersonDetails)}
_IN_USE = "This address has an account of its own already. Deactivate this user and invite that address instead."


def recorded(body: schemas.CentreRequest) -> dict[str, object]:
    """What the record of a change says of the request."""
    return {"on_behalf_of_centre": True, "requested_by": body.requested_by, "reason": body.reason}


def details_of(body: schemas.CentreUserAssistedInvite) -> PersonDetails:
    """The person whom the centre wants."""
    return PersonDetails(**body.model_dump(include=_OF_A_PERSON))


async def invite(work: Work, centre: AnyCentre, body: schemas.CentreUserAssistedInvite) -> CentreUser:
    """Invite somebody as a user. Raises as `centre_users.invite` does."""
    details = details_of(body)
    addressee = await centre_users.find_addressee(work, centre.id, details)
    centre_users.require_no_user(addressee)
    row = await centre_users.invite_addressee(
        work, centre.id, addressee, details, CentreRole.USER, ON_BEHALF, recorded(body)
    )
    await memberships.note_on_behalf(work, SecurityEventKind.CENTRE_USER_ADDED, row)
    await _tell(work, row, AssistedChange.INVITED)
    return centre_users.to_schema(row, addressee.person)


async def resend(work: Work, found: Membership, body: schemas.CentreRequest) -> InvitationReceipt:
    """Send new log-in details, to the address on record. Raises as `centre_users.send_again` does."""
    return await centre_users.send_again(work, found, ON_BEHALF, recorded(body))


async def correct(work: Work, found: Membership, expected: Expected, body: schemas.CentreUserCorrection) -> CentreUser:
    """Correct a user's record.

    Raises `Conflict` for a deactivated user, where nothing differs, for the name or address of somebody who has an
    account of their own, for an address that has one, and for a super user's address without an identity check.
    """
    person, row = await centre_users.lock_user(work, found)
    expected.check(centre_users.version_of(row, person))
    if row.deactivated_at is not None:
        raise UserDeactivated
    values = body.model_dump(exclude_unset=True, exclude=set(_OF_REQUEST))
    email = values.pop("email", None)
    names = {key: values.pop(key) for key in _NAMES if key in values}
    parts = [await centre_users.rename(work, row, person, names), apply(row, values)]
    if email is not None:
        parts.append(await _readdress(work, row, person, body))
    change = Change(*({name: side[name] for side in sides for name in side} for sides in zip(*parts, strict=True)))
    if not change.after:
        raise NothingToCorrect
    row.touch()
    checked = body.identity_check.model_dump(mode="json") if "identity_check" in body.model_fields_set else None
    await outbox.record(
        work,
        EventType.USER_UPDATED,
        ("user", row.id),
        summary=f"Details of a user corrected{ON_BEHALF}",
        centre_id=row.centre_id,
        before=change.before,
        after={**change.after, **recorded(body), **({"identity_check": checked} if checked else {})},
    )
    await work.session.flush()
    await _tell(work, row, AssistedChange.CORRECTED)
    return centre_users.to_schema(row, person)


async def _readdress(work: Work, row: Membership, person: Person, body: schemas.CentreUserCorrection) -> Change:
    """Give an account that nobody has used yet its right address, and send the log-in details there.

    What went to the wrong one stops working: its holder must not get in.
    """
    email = body.email
    shown = (row.invited_email if row.pending else None) or person.email
    if email == shown:
        return Change({}, {})
    if row.pending or not person.must_change_password or await queries.has_another_place(work.session, row):
        raise AddressBelongsToThePerson
    if row.role is CentreRole.SUPER_USER and "identity_check" not in body.model_fields_set:
        raise IdentityCheckRequired
    other = await find_person_by_email(work.session, email)
    if other is not None and other.id != person.id:
        raise EmailAddressInUse(_IN_USE)
    person.email, person.email_key = email, email_key(email)
    person.password_hash = person.first_password_expires_at = None
    # Whoever comes second to the same address is refused here, by the constraint.
    await work.session.flush()
    await void_password_resets(work, person.id)
    await end_sessions(work, person.id, "email address corrected")
    await outbox.record(
        work,
        EventType.EMAIL_CHANGED,
        ("person", person.id),
        summary=f"{person.name}'s email address was corrected",
        centre_sees=False,
        before={"email": shown},
        after={"email": email, **recorded(body)},
    )
    row.log_in_details_sent_at = None
    await require_room_for_invitation(work, row.centre_id, email)
    first = row.id == await queries.first_member_id(work.session, row.centre_id)
    await owe_log_in_details(work, row, LogInDetails if first else CentreUserInvited)
    return Change({"email": shown}, {"email": email})


async def deactivate(work: Work, found: Membership, expected: Expected, body: schemas.CentreRequest) -> CentreUser:
    """Withdraw a user's access. Raises `Conflict` for one who is deactivated already, and for the last super user."""
    person, row = await centre_users.lock_user(work, found)
    expected.check(centre_users.version_of(row, person))
    if row.deactivated_at is not None:
        raise UserDeactivated
    await centre_users.require_another_super_user(work, row)
    await settling.cancel_for(work, row)
    role = memberships.role_in_words(row.role)
    await memberships.end(work, row, f"User deactivated, who was {role}{ON_BEHALF}", recorded(body))
    await memberships.note_on_behalf(work, SecurityEventKind.CENTRE_USER_DEACTIVATED, row)
    await _tell(work, row, AssistedChange.DEACTIVATED)
    return centre_users.to_schema(row, person)


async def _tell(work: Work, row: Membership, change: AssistedChange) -> None:
    await outbox.queue(work, CentreUserChangedOnBehalf(membership_id=row.id, change=change))
