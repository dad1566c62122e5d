"""Whom an interview brings together: people of the centre, and the centre lead (R19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.database import Work
from app.domain.actors import StaffRole
from app.domain.letter_topics import LetterTopic
from app.integrations.mailer import Attachment
from app.letters.interviews.calendar_file import Method, attach_calendar
from app.letters.readers import Reader, readers_at
from app.models import Application, Interview, Person
from app.queries.letters import with_application
from app.queries.people import staff_with_role


@dataclass(frozen=True)
class Meeting:
    """An interview with its application and everybody who is invited. `centre_lead` is None while none is assigned."""

    interview: Interview
    application: Application
    of_centre: Sequence[Reader]
    centre_lead: Person | None

    @property
    def centre_lead_name(self) -> str:
        """The name of the centre lead, or of whoever arranged the interview."""
        return self.centre_lead.name if self.centre_lead is not None else self.interview.arranged_by_name

    @property
    def everybody(self) -> Sequence[Reader]:
        """Everybody who is invited."""
        return [*self.of_centre, *([self.centre_lead] if self.centre_lead is not None else [])]

    def calendar(self, work: Work, method: Method) -> Attachment:
        """The calendar file for everybody who is invited."""
        return self.calendar_for(work, method, self.everybody)

    def calendar_for(self, work: Work, method: Method, people: Sequence[Reader]) -> Attachment:
        """The calendar file for these people only."""
        return attach_calendar(
            work, self.interview, self.application, people=people, centre_lead=self.centre_lead, method=method
        )


async def load_meeting(work: Work, interview_id: UUID) -> Meeting:
    """Load the interview as it stands."""
    interview, application = await with_application(work.session, Interview, interview_id)
    of_centre = await readers_at(work, application.centre_id, LetterTopic.INTERVIEWS)
    leads = await staff_with_role(work.session, StaffRole.CENTRE_LEAD)
    lead = next((person for person in leads if person.id == application.centre_lead_id), None)
    return Meeting(interview, application, of_centre, lead)
