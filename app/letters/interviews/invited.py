"""Whom an interview brings together: the centre's super users and the centre lead (R19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.database import Work
from app.domain.actors import StaffRole
from app.integrations.mailer import Attachment
from app.letters.interviews.calendar_file import Method, attach_calendar
from app.models import Application, Interview, Person
from app.queries.letters import with_application
from app.queries.people import active_super_users, staff_with_role


@dataclass(frozen=True)
class Meeting:
    """An interview with its application and everybody who is invited. `centre_lead` is None while none is assigned."""

    interview: Interview
    application: Application
    super_users: Sequence[Person]
    centre_lead: Person | None

    @property
    def centre_lead_name(self) -> str:
        """The name of the centre lead, or of whoever arranged the interview."""
        return self.centre_lead.name if self.centre_lead is not None else self.interview.arranged_by_name

    def calendar(self, work: Work, method: Method) -> Attachment:
        """The calendar file for everybody who is invited."""
        leads = [self.centre_lead] if self.centre_lead is not None else []
        return self.calendar_for(work, method, [*self.super_users, *leads])

    def calendar_for(self, work: Work, method: Method, people: Sequence[Person]) -> Attachment:
        """The calendar file for these people only."""
        return attach_calendar(
            work, self.interview, self.application, people=people, centre_lead=self.centre_lead, method=method
        )


async def load_meeting(work: Work, interview_id: UUID) -> Meeting:
    """Load the interview as it stands."""
    interview, application = await with_application(work.session, Interview, interview_id)
    super_users = await active_super_users(work.session, application.centre_id)
    leads = await staff_with_role(work.session, StaffRole.CENTRE_LEAD)
    lead = next((person for person in leads if person.id == application.centre_lead_id), None)
    return Meeting(interview, application, super_users, lead)
