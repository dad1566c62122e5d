"""Creating people and telling them how to sign in (R04, R06, R10)."""

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
    """What is known of a person before there is a log-in."""

    first_name: str
    last_name: str
    job_title: str | None
    email: str
    telephone: str | None


async def find_or_create_person(work: Work, details: PersonDetails) -> Person:
    """The person with this log-in address: one person has one log-in, however many centres they serve.

    A person who is known keeps their own name and password; what a stranger typed about them changes nothing.
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
    """Raises `Conflict` for one of the active staff: nobody judges what they hand in. The person must be locked."""
    staff = await find_staff_record(work.session, person.id)
    if staff is not None and staff.deactivated_at is None:
        raise StaffCannotActForACentre


async def owe_log_in_details(
    work: Work,
    person: Person,
    membership: Membership,
    letter: type[LogInDetails | CentreUserInvited] = LogInDetails,
) -> None:
    """Owe the email with the system's URL and the log-in details; a person who has a password of their own is told
    of the centre only."""
    queued = letter if person.must_change_password else AddedToCentre
    await outbox.queue(work, queued(membership_id=membership.id, invited_by=work.actor.id))
