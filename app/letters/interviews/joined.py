"""Somebody is to join an interview that was arranged before (R19)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.interviews import InterviewStatus
from app.letters.interviews.arranged import InterviewArranged, Words
from app.letters.interviews.calendar_file import Method
from app.letters.interviews.invited import load_meeting
from app.letters.interviews.invitees import JOINED, changes_of
from app.letters.letter import Draft, Letter, Stage
from app.letters.readers import greet


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewJoined(Letter):
    """To whoever has become a super user or taken a role over since, with the calendar file that the others have."""

    kind: ClassVar[str] = JOINED
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = InterviewArranged.sample

    interview_id: UUID

    async def load(self, work: Work) -> Draft | None:
        meeting = await load_meeting(work, self.interview_id)
        interview, application = meeting.interview, meeting.application
        joining = (await changes_of(work, meeting)).joining
        if interview.status is not InterviewStatus.ARRANGED or interview.starts_at <= work.now or not joining:
            return None
        name, to = greet(joining)
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
