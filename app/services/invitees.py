"""Keep interviews in the calendars of those who are to attend them, while roles change hands (R19)."""

from typing import Final
from uuid import UUID

from app import outbox
from app.database import Work
from app.letters.interviews.invited import load_meeting
from app.letters.interviews.invitees import changes_of
from app.letters.interviews.joined import InterviewJoined
from app.letters.interviews.left import InterviewLeft
from app.queries.interviews import lock_interview
from app.queries.invitees import interviews_to_come

_MOST: Final = 500


async def invite_anew(work: Work) -> None:
    """Invite whoever has become a super user or taken an invited role over, and release whoever no longer is one."""
    for interview_id in await interviews_to_come(work.session, work.now, _MOST):
        changes = await changes_of(work, await load_meeting(work, interview_id))
        if not changes.settled:
            continue
        if changes.rejoining:
            await _outnumber_withdrawal(work, interview_id)
        if changes.joining:
            await outbox.queue(work, InterviewJoined(interview_id=interview_id))
        if changes.leaving:
            await outbox.queue(work, InterviewLeft(interview_id=interview_id))


async def _outnumber_withdrawal(work: Work, interview_id: UUID) -> None:
    """Raise the number past that of a withdrawal, the interview's next: a calendar takes only what is newer."""
    interview = await lock_interview(work.session, interview_id)
    interview.sequence += 2
    await work.session.flush()
