"""Create people and tell them how to sign in (R04, R06, R10)."""

from dataclasses import dataclass

from app import outbox
from app.database import Work
from app.domain.names import email_key
from app.domain.refusals.centre_users import StaffCannotActForACentre
from app.letters.centre_users.added import AddedToCentre
from app.letters.centre_users.invited import CentreUserInvited
from app.letters.centre_users.log_in_details import LogInDetails
from app.models import Membership, Person
from app.queries.people import find_person_by_email, find_staff_record


@dataclass(frozen=True)
class PersonDetails:
    """A person's details before they have a log-in."""

    first_name: str
    last_name: str
    job_title: str | None
    email: str
    telephone: str | None


async def find_or_create_person(work: Work, details: PersonDetails) -> Person:
    """Find or create the person with this address: one log-in each, however many centres they serve.

    An existing person keeps their name and password, whatever a stranger typed about them.
    """
    person = await find_person_by_email(work.session, details.email, lock=True)
    if person is None:
        person = Person(
            first_name=details.first_name,
            last_name=details.last_name,
            job_title=details.job_title,
            email=details.email,
            email_key=email_key(details.email),
            telephone=details.telephone,
            created_at=work.now,
        )
        work.session.add(person)
        await work.session.flush()
    return person


async def require_not_staff(work: Work, person: Person) -> None:
    """Raise `Conflict` for active staff: nobody may assess their own submission. The person must be locked."""
    staff = await find_staff_record(work.session, person.id)
    if staff is not None and staff.deactivated_at is None:
        raise StaffCannotActForACentre


async def owe_log_in_details(
    work: Work,
    person: Person,
    membership: Membership,
    letter: type[LogInDetails | CentreUserInvited] = LogInDetails,
) -> None:
    """Queue the log-in details; somebody who has chosen a password is only told about the centre."""
    queued = letter if person.must_change_password else AddedToCentre
    await outbox.queue(work, queued(membership_id=membership.id, invited_by=work.actor.id))
