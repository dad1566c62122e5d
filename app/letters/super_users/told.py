"""Who is told that a super user is replaced, and what each letter says."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import CentreWords, Draft
from app.letters.readers import COLLEAGUE, Readers, addressee, everybody_responsible, nameless, user_name
from app.models import Membership, Person, SuperUserReplacement
from app.queries.letters import find_replacement


class Told(StrEnum):
    """Who a letter about a replacement goes to."""

    CENTRE = "centre"
    """The head of organisation, the other super users, and the centre's own address."""
    LOST = "lost"
    """The super user who is said to be lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    """What both letters print."""

    centre_name: str
    lost_name: str
    successor_name: str
    requested_by: str
    checked_by: str
    at: datetime
    is_lost: bool


SAMPLE = Words(
    recipient_name=samples.FINANCE_CONTACT,
    centre_name=samples.CENTRE,
    lost_name=samples.SUPER_USER,
    successor_name=samples.USER,
    requested_by="Robin Clarke, Bursar, by telephone",
    checked_by="Called back on a telephone number known before",
    at=samples.MOMENT,
    is_lost=False,
)


async def draft(work: Work, replacement_id: UUID, told: Told, *, made: bool) -> Draft | None:
    """The letter to one of them; None once it is overtaken by events."""
    replacement, centre, lost, successor = await find_replacement(work.session, replacement_id)
    at = _moment(replacement, made=made)
    if at is None:
        return None
    is_lost = told is Told.LOST
    name, to = _lost(*lost) if is_lost else await everybody_responsible(work, centre, but=(lost[1], successor[1]))
    words = Words(
        recipient_name=name,
        centre_name=centre.name,
        lost_name=user_name(*lost),
        successor_name=user_name(*successor),
        requested_by=replacement.requested_by,
        checked_by=replacement.identity_check_method.label,
        at=at,
        is_lost=is_lost,
    )
    return Draft(words, to)


def _moment(row: SuperUserReplacement, *, made: bool) -> datetime | None:
    if made:
        return row.made_at
    return row.recorded_at if row.cancelled_at is None else None


def _lost(membership: Membership, person: Person) -> Readers:
    """They are greeted by the name that they chose; one that was typed for them is not repeated to that address."""
    if membership.pending or person.must_change_password:
        return COLLEAGUE, nameless(membership.invited_email or person.email)
    return person.name, (addressee(person.name, person.email),)
