"""A further user's log-in details (R06, R10)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.centre_users.sent import record_sent
from app.letters.letter import CentreWords, Draft, LogInLetter, Stage
from app.letters.readers import COLLEAGUE, greet_once_known
from app.letters.secrets import set_first_password
from app.queries.letters import find_active_membership, find_name
from app.security.passwords import NewPassword


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    centre_name: str
    invited_by: str
    email: str
    first_password: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreUserInvited(LogInLetter):
    """To a user without a log-in. The first password is made when the letter is first sent."""

    kind: ClassVar[str] = "centre_user_invited"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=COLLEAGUE,
        centre_name=samples.CENTRE,
        invited_by=samples.SUPER_USER,
        email=samples.USER_EMAIL,
        first_password=samples.FIRST_PASSWORD,
        expires_at=samples.MOMENT,
    )

    membership_id: UUID
    invited_by: UUID | None = None

    async def load(self, work: Work, password: NewPassword | None = None) -> Draft | None:
        found = await find_active_membership(work.session, self.membership_id)
        assert password is not None
        expires_at = await set_first_password(work, found[0].person_id, password) if found else None
        if found is None or expires_at is None:
            return None
        membership, centre, person = found
        name, to = greet_once_known(person)
        words = Words(
            recipient_name=name,
            centre_name=centre.name,
            invited_by=await find_name(work.session, self.invited_by) or work.settings.organisation.name,
            email=person.email,
            first_password=password.plain,
            expires_at=expires_at,
        )
        return Draft(words, to, once_sent=record_sent(membership))
