"""Who at the centre is to join an interview, or to leave it, since it was arranged (R19).

Roles change hands. Whom the letters invited is what their records say; whom they should have invited is asked anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.database import Work
from app.domain.emails import EmailStatus, address_of
from app.domain.names import email_key
from app.letters.interviews.arranged import InterviewArranged
from app.letters.interviews.invited import Meeting
from app.letters.interviews.rescheduled import InterviewRescheduled
from app.letters.readers import Reader
from app.queries.invitees import letters_about

JOINED, LEFT = "interview_joined", "interview_left"
_INVITE = (InterviewArranged.kind, InterviewRescheduled.kind, JOINED)


@dataclass(frozen=True)
class _Invited:
    """A reader as an earlier letter addressed them."""

    name: str
    email: str


@dataclass(frozen=True)
class Changes:
    """Who is to join and who is to leave. Not `settled` while a letter that invites is on its way."""

    joining: Sequence[Reader]
    leaving: Sequence[Reader]
    settled: bool
    rejoining: bool
    """True if somebody who is to join has left before."""


async def changes_of(work: Work, meeting: Meeting) -> Changes:
    """Compare whom the letters invited with whom they would invite now."""
    invited: dict[str, Reader] = {}
    left: set[str] = set()
    letters = await letters_about(work.session, meeting.interview.id, (*_INVITE, LEFT))
    for letter in letters:
        for to in (letter.recipients or {}).get("to", []):
            address = address_of(to)
            if letter.kind == LEFT:
                invited.pop(email_key(address), None)
                left.add(email_key(address))
            elif "@" in address:
                invited[email_key(address)] = _Invited(to.rpartition("<")[0].strip(), address)
    waiting = any(letter.status in (EmailStatus.QUEUED, EmailStatus.HELD) for letter in letters)
    current = {email_key(each.email) for each in meeting.of_centre}
    joining = [each for each in meeting.of_centre if email_key(each.email) not in invited]
    return Changes(
        joining=joining,
        leaving=_but(invited, current),
        settled=bool(invited) and not waiting,
        rejoining=any(email_key(each.email) in left for each in joining),
    )


def _but(invited: Mapping[str, Reader], current: set[str]) -> Sequence[Reader]:
    return [reader for key, reader in invited.items() if key not in current]
