"""What becomes of a replacement that waits: its successor takes the place, or is given it no more."""

from app import outbox
from app.database import Work
from app.domain.actors import CentreRole
from app.domain.events import EventType
from app.domain.security_events import SecurityEventKind
from app.letters.super_users.replaced import SuperUserReplaced
from app.letters.super_users.told import Told
from app.models import Membership, Person, SuperUserReplacement
from app.queries.centre_users import lock_membership
from app.queries.people import lock_person
from app.queries.rows import get_row
from app.queries.super_users import awaited_user_ids, lock_waiting
from app.row_context import seeing_everything
from app.services import memberships


async def complete_of(work: Work, person: Person) -> None:
    """Make the replacements that waited for this locked person, who has just chosen a password or accepted.

    They see only their own rows, and the super user who is lost is somebody else.
    """
    awaited = await awaited_user_ids(work.session, person.id)
    if not awaited:
        return
    async with seeing_everything(work.session):
        for user_id in awaited:
            successor = await lock_membership(work.session, user_id)
            if is_in_place(successor, person):
                row = await lock_waiting(work.session, user_id)
                if row is not None:
                    await make(work, row)
        await work.session.flush()


def is_in_place(successor: Membership, person: Person) -> bool:
    """True for a super user who can act."""
    can_act = not successor.pending and successor.deactivated_at is None and not person.must_change_password
    return can_act and successor.role is CentreRole.SUPER_USER


async def make(work: Work, row: SuperUserReplacement) -> None:
    """End the access of the super user who is lost, and tell them and the centre."""
    row.made_at = work.now
    found = await get_row(work.session, Membership, row.lost_user_id)
    await lock_person(work.session, found.person_id)
    lost = await lock_membership(work.session, found.id)
    if lost.deactivated_at is None:
        await memberships.end(
            work, lost, "Super user replaced, on the centre's behalf", {"replaced_by": str(row.successor_user_id)}
        )
        await memberships.note_on_behalf(work, SecurityEventKind.CENTRE_USER_DEACTIVATED, lost, replacement=str(row.id))
    await _record(work, row, EventType.SUPER_USER_REPLACED, "A super user has taken the place of another")
    await outbox.queue(work, *(SuperUserReplaced(replacement_id=row.id, told=told) for told in Told))


async def cancel_for(work: Work, successor: Membership) -> None:
    """Cancel the replacement that waits for this locked user, who is deactivated or no super user any more."""
    row = await lock_waiting(work.session, successor.id)
    if row is not None:
        row.cancelled_at = work.now
        await _record(work, row, EventType.SUPER_USER_REPLACEMENT_CANCELLED, "Replacement of a super user cancelled")


async def _record(work: Work, row: SuperUserReplacement, type_: EventType, summary: str) -> None:
    await outbox.record(
        work,
        type_,
        ("user", row.successor_user_id),
        summary=summary,
        centre_id=row.centre_id,
        after={"replacement_id": str(row.id), "lost_user_id": str(row.lost_user_id)},
    )
