"""An interview is arranged (R19)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.interviews import InterviewStatus
from app.letters import samples
from app.letters.interviews.calendar_file import Method
from app.letters.interviews.invited import load_meeting
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import greet


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    centre_lead_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    agenda: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewArranged(Letter):
    """To the centre, with a calendar file, unless the interview is off again."""

    kind: ClassVar[str] = "interview_arranged"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        centre_lead_name=samples.CENTRE_LEAD,
        starts_at=samples.MOMENT,
        ends_at=samples.MOMENT + timedelta(hours=1),
        place="https://meet.example.com/trent-valley",
        agenda="Your plans for internal quality assurance.",
    )

    interview_id: UUID

    async def load(self, work: Work) -> Draft | None:
        meeting = await load_meeting(work, self.interview_id)
        interview, application = meeting.interview, meeting.application
        if interview.status is not InterviewStatus.ARRANGED:
            return None
        name, to = greet(meeting.of_centre)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            centre_lead_name=meeting.centre_lead_name,
            starts_at=interview.starts_at,
            ends_at=interview.ends_at,
            place=interview.place,
            agenda=interview.agenda,
        )
        return Draft(words, to, (meeting.calendar(work, Method.REQUEST),))
