"""Create people and tell them how to sign in (R04, R06, R10)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain.names import email_key
from app.domain.refusals.centre_users import StaffCannotActForACentre
from app.domain.search_text import search_words
from app.letters.centre_users.invited import CentreUserInvited
from app.letters.centre_users.log_in_details import LogInDetails
from app.models import Membership, Person
from app.queries.people import find_person_by_email, is_active_staff


@dataclass(frozen=True)
class PersonDetails:
    """A person's details before they have a log-in."""

    first_name: str
    last_name: str
    job_title: str | None
    email: str
    telephone: str | None
    telephone_extension: str | None = None


async def find_or_create_person(work: Work, details: PersonDetails) -> tuple[Person, bool]:
    """Find or create the person with this address: one log-in each, however many centres they serve. True beside a
    person who was created.

    An existing person keeps their name and password, whatever a stranger typed about them.
    """
    values = {
        "id": uuid7(),
        "first_name": details.first_name,
        "last_name": details.last_name,
        "job_title": details.job_title,
        "email": details.email,
        "email_key": email_key(details.email),
        "telephone": details.telephone,
        "telephone_extension": details.telephone_extension,
        "created_at": work.now,
        "version": 1,
        "words": search_words([f"{details.first_name} {details.last_name}", details.email]),
    }
    # Two who invite the same address at once must not learn of each other.
    made = await work.session.execute(
        insert(Person).values(values).on_conflict_do_nothing(index_elements=[Person.email_key]).returning(Person.id)
    )
    created = made.scalar_one_or_none() is not None
    person = await find_person_by_email(work.session, details.email, lock=True)
    assert person is not None, "people are never deleted"
    return person, created


async def require_not_staff(work: Work, person: Person) -> None:
    """Raise `Conflict` for active staff: nobody may assess their own submission. The person must be locked."""
    if await is_active_staff(work.session, person.id):
        raise StaffCannotActForACentre


def leave_to_accept(membership: Membership, details: PersonDetails) -> None:
    """Leave it to the person to accept the membership: their account is not touched, and the centre sees what it
    typed."""
    membership.pending = True
    membership.invited_first_name = details.first_name
    membership.invited_last_name = details.last_name
    membership.invited_email = details.email


def inviter(work: Work) -> UUID | None:
    """Who invites, for the letter. Staff do so for the awarding organisation, whose name the letter gives."""
    return None if work.actor.is_staff else work.actor.id


async def owe_log_in_details(
    work: Work, membership: Membership, letter: type[LogInDetails | CentreUserInvited] = LogInDetails
) -> None:
    """Queue the log-in details, or the invitation to somebody who has an account."""
    queued = CentreUserInvited if membership.pending else letter
    await outbox.queue(work, queued(membership_id=membership.id, invited_by=inviter(work)))
