"""An interview of a centre lead is arranged, or has changed (R19)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.interviews import InterviewStatus
from app.letters import samples
from app.letters.interviews.calendar_file import Method
from app.letters.interviews.invited import load_meeting
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import greet


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    """What the template prints. Without `previous_starts_at` the interview is new to the reader."""

    reference: str
    centre_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    agenda: str | None
    previous_starts_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewLeadInvited(Letter):
    """To the centre lead, with a calendar file that adds or moves the entry."""

    kind: ClassVar[str] = "interview_lead_invited"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE_LEAD,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        starts_at=samples.MOMENT,
        ends_at=samples.MOMENT + timedelta(hours=1),
        place="https://meet.example.com/trent-valley",
        agenda="Your plans for internal quality assurance.",
        previous_starts_at=samples.MOMENT - timedelta(days=1),
    )

    interview_id: UUID
    centre_lead_id: UUID
    previous_starts_at: datetime | None = None

    async def load(self, work: Work) -> Draft | None:
        meeting = await load_meeting(work, self.interview_id)
        interview, lead = meeting.interview, meeting.centre_lead
        if interview.status is not InterviewStatus.ARRANGED or lead is None or lead.id != self.centre_lead_id:
            return None
        name, to = greet([lead])
        words = Words(
            recipient_name=name,
            reference=meeting.application.reference,
            centre_name=meeting.application.centre_name,
            starts_at=interview.starts_at,
            ends_at=interview.ends_at,
            place=interview.place,
            agenda=interview.agenda,
            previous_starts_at=self.previous_starts_at,
        )
        return Draft(words, to, (meeting.calendar(work, Method.REQUEST),))
