"""Accept invitations to a centre's account (R06, R10): nobody but the addressee makes somebody a user.

Everybody locks in one order, centre, person, membership, so that no two requests deadlock.
"""

from uuid import UUID

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.refusals.invitations import InvitationForSomebodyElse, InvitationNotValid, SignInToAccept
from app.domain.security_events import SecurityEventKind
from app.models import Centre, Invitation, Membership, Person
from app.queries import invitations as queries
from app.queries.centre_users import lock_membership
from app.queries.centres import lock_centre
from app.queries.people import lock_person
from app.schemas import invitations as schemas
from app.schemas.letter_tokens import LetterToken
from app.schemas.sessions import MyCentre
from app.security.tokens import secret_hash
from app.services import security_events
from app.services.people import require_not_staff
from app.services.sessions.new_passwords import hash_acceptable
from app.services.sessions.passwords import set_own_password
from app.services.super_users import settling


async def look_up(work: Work, body: LetterToken) -> schemas.PendingInvitation:
    """Show the invitation of a token. Raises `InvitationNotValid`."""
    invitation, membership, centre, person = await _find(work, body.token)
    return schemas.PendingInvitation(
        centre_name=centre.name,
        role=membership.role,
        email=membership.invited_email or person.email,
        has_password=not person.must_change_password,
        expires_at=invitation.expires_at,
    )


async def accept(work: Work, body: LetterToken) -> MyCentre:
    """Make the signed-in person a user of the centre.

    Raises `InvitationNotValid`, `InvitationForSomebodyElse`, and `StaffCannotActForACentre`: nobody may assess their
    own submission.
    """
    invitation, membership, centre, person = await _find(work, body.token)
    if person.id != work.actor.id:
        raise InvitationForSomebodyElse
    person, membership = await _lock(work, invitation.id, membership)
    await _accept(work, membership, person)
    return MyCentre(
        centre_id=centre.id, user_id=membership.id, name=centre.name, reference=centre.reference, role=membership.role
    )


async def accept_with_password(work: Work, body: schemas.InvitationPassword) -> None:
    """Choose the first own password and accept, for somebody who has none.

    Raises `InvitationNotValid`, `SignInToAccept`, `StaffCannotActForACentre`, and `InvalidInput` for a weak password.
    """
    invitation, membership, _, person = await _find(work, body.token)
    if not person.must_change_password:
        raise SignInToAccept
    await require_not_staff(work, person)
    names = [name for name in (body.first_name, body.last_name) if name]
    hashed = await hash_acceptable(work, person, body.new_password, also=names)
    person, membership = await _lock(work, invitation.id, membership)
    if not person.must_change_password:
        raise SignInToAccept
    person.first_name = body.first_name or person.first_name
    person.last_name = body.last_name or person.last_name
    await set_own_password(work, person, hashed)
    await _accept(work, membership, person)


async def _find(work: Work, token: str) -> tuple[Invitation, Membership, Centre, Person]:
    found = await queries.find_invitation(work.session, secret_hash(token))
    if found is None:
        raise InvitationNotValid
    _require_valid(work, found[0], found[1])
    return found


async def _lock(work: Work, invitation_id: UUID, found: Membership) -> tuple[Person, Membership]:
    """Lock what changes, and judge it again. Raises `InvitationNotValid` and `StaffCannotActForACentre`."""
    await lock_centre(work.session, found.centre_id)
    person = await lock_person(work.session, found.person_id)
    membership = await lock_membership(work.session, found.id)
    invitation = await queries.lock_invitation(work.session, invitation_id)
    assert invitation is not None, "tokens are never deleted"
    _require_valid(work, invitation, membership)
    await require_not_staff(work, person)
    return person, membership


def _require_valid(work: Work, invitation: Invitation, membership: Membership) -> None:
    used = invitation.used_at is not None or invitation.expires_at <= work.now
    if used or not membership.pending or membership.deactivated_at is not None:
        raise InvitationNotValid


async def _accept(work: Work, membership: Membership, person: Person) -> None:
    membership.pending = False
    membership.invited_first_name = membership.invited_last_name = membership.invited_email = None
    await queries.void_invitations(work, membership.id)
    await outbox.record(
        work,
        EventType.INVITATION_ACCEPTED,
        ("user", membership.id),
        summary="Invitation accepted",
        centre_id=membership.centre_id,
        centre_sees=False,
    )
    await security_events.record(
        work,
        SecurityEventKind.INVITATION_ACCEPTED,
        person_id=person.id,
        detail={"centre_id": str(membership.centre_id), "role": membership.role.value},
    )
    await work.session.flush()
    await settling.complete_of(work, person)
