"""Whom a letter goes to: how they are greeted, and their addresses. One letter greets everybody it goes to."""

from collections.abc import Sequence
from uuid import UUID

from app.database import Work
from app.domain.actors import StaffRole
from app.jobs.emails.letter import addressees, customer_experience, names
from app.models import Application, Person
from app.queries.people import active_super_users, staff_with_role

Readers = tuple[str, tuple[str, ...]]


def _greeted(people: Sequence[Person]) -> Readers:
    return names(people), addressees(people)


async def of_centre(work: Work, centre_id: UUID) -> Readers:
    """Every super user of the centre."""
    return _greeted(await active_super_users(work.session, centre_id))


async def managers(work: Work) -> Readers:
    """Every quality assurance manager; while there is none, customer experience, so that somebody hears of it."""
    people = await staff_with_role(work.session, StaffRole.QUALITY_ASSURANCE_MANAGER)
    return _greeted(people) if people else customer_experience(work.settings)


async def centre_lead_or_managers(work: Work, application: Application) -> Readers:
    """The application's centre lead while they hold the role, and otherwise those who assign one."""
    leads = await staff_with_role(work.session, StaffRole.CENTRE_LEAD)
    own = [person for person in leads if person.id == application.centre_lead_id]
    return _greeted(own) if own else await managers(work)
