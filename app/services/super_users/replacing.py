"""Replace a super user who is lost, after a recorded identity check. Nothing is taken over silently: the centre, the
head of organisation and the super user who is lost are told before anything changes for them, and the lost one keeps
the access until the successor can act (R10)."""

from collections.abc import Mapping

from app import outbox
from app.database import Work
from app.domain.actors import CentreRole
from app.domain.events import EventType
from app.domain.names import email_key
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.super_users import NotASuperUser, ReplacementUnderWay
from app.domain.security_events import SecurityEventKind
from app.letters.centre_users.invited import CentreUserInvited
from app.letters.super_users.replacement_asked import SuperUserReplacementAsked
from app.letters.super_users.told import Told
from app.models import Membership, Person, SuperUserReplacement
from app.queries import super_users as queries
from app.queries.centre_users import find_member, lock_membership
from app.queries.centres import AnyCentre, lock_centre
from app.queries.rows import get_row
from app.schemas import super_users as schemas
from app.services import memberships
from app.services.assistance import ON_BEHALF, details_of, recorded
from app.services.centre_users import find_addressee, invite_addressee
from app.services.letter_limits import require_room_for_invitation
from app.services.people import owe_log_in_details, require_not_staff
from app.services.super_users import settling


async def list_all(work: Work, centre: AnyCentre) -> schemas.SuperUserReplacementList:
    """List the centre's newest replacements."""
    rows = await queries.list_replacements(work.session, centre.id)
    return schemas.SuperUserReplacementList(items=[_to_schema(work, row) for row in rows])


async def replace(
    work: Work, centre: AnyCentre, body: schemas.SuperUserReplacementCreate
) -> schemas.SuperUserReplacement:
    """Invite the successor as a super user. The one who is lost is deactivated once the successor can act: at once, if
    they are a user already.

    Raises `InvalidInput` for a lost user of another centre and for a successor with the same address, and `Conflict`
    for a lost user who is no active super user, while another replacement waits, for staff, and at the limit of users.
    """
    await lock_centre(work.session, centre.id)
    lost = await _require_lost(work, centre, body)
    if await queries.is_under_way(work.session, centre.id):
        raise ReplacementUnderWay
    successor, person = await _give_place(work, centre, body)
    assert work.actor.id is not None
    row = SuperUserReplacement(
        centre_id=centre.id,
        lost_user_id=lost.id,
        successor_user_id=successor.id,
        requested_by=body.requested_by,
        reason=body.reason,
        identity_check_method=body.identity_check.method,
        identity_check_note=body.identity_check.note,
        recorded_by=work.actor.id,
        recorded_by_name=work.actor.name,
        recorded_at=work.now,
    )
    work.session.add(row)
    await work.session.flush()
    await outbox.record(
        work,
        EventType.SUPER_USER_REPLACEMENT_STARTED,
        ("user", successor.id),
        summary=f"A super user is to be replaced{ON_BEHALF}",
        centre_id=centre.id,
        after={
            **recorded(body),
            "replacement_id": str(row.id),
            "lost_user_id": str(lost.id),
            "identity_check": body.identity_check.model_dump(mode="json"),
        },
    )
    await memberships.note_on_behalf(work, SecurityEventKind.CENTRE_USER_ADDED, successor, replacement=str(row.id))
    if settling.is_in_place(successor, person):
        await settling.make(work, row)
    else:
        await outbox.queue(work, *(SuperUserReplacementAsked(replacement_id=row.id, told=told) for told in Told))
    await work.session.flush()
    return _to_schema(work, row)


async def _require_lost(work: Work, centre: AnyCentre, body: schemas.SuperUserReplacementCreate) -> Membership:
    found = await find_member(work.session, centre.id, body.lost_user_id)
    if found is None:
        raise fault("/lost_user_id", InputFaultCode.UNKNOWN_USER, "Choose a user of this centre.")
    lost = await lock_membership(work.session, found.id)
    if lost.deactivated_at is not None or lost.role is not CentreRole.SUPER_USER:
        raise NotASuperUser
    person = await get_row(work.session, Person, lost.person_id)
    if person.email_key == email_key(body.email):
        unchanged = "Enter the address of another person: this one is the super user's who is lost."
        raise fault("/email", InputFaultCode.ADDRESS_UNCHANGED, unchanged)
    return lost


async def _give_place(
    work: Work, centre: AnyCentre, body: schemas.SuperUserReplacementCreate
) -> tuple[Membership, Person]:
    """Make the successor a super user: an invited one, or the user of the centre that they are."""
    details, more = details_of(body), recorded(body)
    addressee = await find_addressee(work, centre.id, details)
    person, _, row = addressee
    await require_not_staff(work, person)
    if row is None or row.deactivated_at is not None:
        role = CentreRole.SUPER_USER
        return await invite_addressee(work, centre.id, addressee, details, role, ON_BEHALF, more), person
    await _promote(work, row, more)
    if not settling.is_in_place(row, person):
        await require_room_for_invitation(work, centre.id, row.invited_email or person.email)
        await owe_log_in_details(work, row, CentreUserInvited)
    return row, person


async def _promote(work: Work, row: Membership, more: Mapping[str, object]) -> None:
    if row.role is CentreRole.SUPER_USER:
        return
    before, row.role = row.role, CentreRole.SUPER_USER
    await outbox.record(
        work,
        EventType.USER_UPDATED,
        ("user", row.id),
        summary=f"User made a super user{ON_BEHALF}",
        centre_id=row.centre_id,
        before={"role": before.value},
        after={"role": row.role.value, **more},
    )
    await work.session.flush()


def _to_schema(work: Work, row: SuperUserReplacement) -> schemas.SuperUserReplacement:
    """A centre does not read what staff write for each other."""
    staff = work.actor.is_staff
    checked = schemas.IdentityCheckMade(method=row.identity_check_method, note=row.identity_check_note)
    return schemas.SuperUserReplacement(
        id=row.id,
        status=row.status,
        lost_user_id=row.lost_user_id,
        successor_user_id=row.successor_user_id,
        requested_by=row.requested_by,
        reason=row.reason if staff else None,
        identity_check=checked if staff else None,
        recorded_by_name=row.recorded_by_name if staff else None,
        recorded_at=row.recorded_at,
        made_at=row.made_at,
        cancelled_at=row.cancelled_at,
    )
