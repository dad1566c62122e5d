"""An interview of a centre lead is cancelled, or is another lead's (R19)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.interviews import InterviewStatus
from app.letters import samples
from app.letters.interviews.calendar_file import Method
from app.letters.interviews.invited import Meeting, load_meeting
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import greet
from app.queries.letters import get_person
from app.queries.people import is_active_staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    reference: str
    centre_name: str
    starts_at: datetime
    cancelled: bool
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewLeadReleased(Letter):
    """To whoever was to hold the interview, with a calendar file that withdraws the entry."""

    kind: ClassVar[str] = "interview_lead_released"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE_LEAD,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        starts_at=samples.MOMENT,
        cancelled=True,
        reason="The application was withdrawn.",
    )

    interview_id: UUID
    centre_lead_id: UUID

    async def load(self, work: Work) -> Draft | None:
        meeting = await load_meeting(work, self.interview_id)
        cancelled = meeting.interview.status is InterviewStatus.CANCELLED
        still_theirs = meeting.application.centre_lead_id == self.centre_lead_id
        if (still_theirs and not cancelled) or not await is_active_staff(work.session, self.centre_lead_id):
            return None
        reader = await get_person(work.session, self.centre_lead_id)
        name, to = greet([reader])
        words = Words(
            recipient_name=name,
            reference=meeting.application.reference,
            centre_name=meeting.application.centre_name,
            starts_at=meeting.interview.starts_at,
            cancelled=cancelled,
            reason=meeting.interview.summary if cancelled else _successor(meeting),
        )
        # Only this reader's entry goes: where another lead takes over, the others keep theirs.
        return Draft(words, to, (meeting.calendar_for(work, Method.CANCEL, [reader]),))


def _successor(meeting: Meeting) -> str | None:
    return f"{meeting.centre_lead.name} is now the centre lead." if meeting.centre_lead is not None else None
