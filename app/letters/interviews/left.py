"""Somebody is no longer invited to an interview (R19)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.interviews.calendar_file import Method
from app.letters.interviews.invited import load_meeting
from app.letters.interviews.invitees import LEFT, changes_of
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import greet


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewLeft(Letter):
    """To whoever was invited and is neither a super user nor holds such a role any more, with a calendar file that
    withdraws their entry. The others keep theirs."""

    kind: ClassVar[str] = LEFT
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        starts_at=samples.MOMENT,
    )

    interview_id: UUID

    async def load(self, work: Work) -> Draft | None:
        meeting = await load_meeting(work, self.interview_id)
        leaving = (await changes_of(work, meeting)).leaving
        if meeting.interview.starts_at <= work.now or not leaving:
            return None
        name, to = greet(leaving)
        words = Words(
            recipient_name=name,
            reference=meeting.application.reference,
            centre_name=meeting.application.centre_name,
            starts_at=meeting.interview.starts_at,
        )
        return Draft(words, to, (meeting.calendar_for(work, Method.CANCEL, leaving),))
