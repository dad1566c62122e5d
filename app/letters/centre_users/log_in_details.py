"""The first super user's log-in details (R04, R06)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.centre_users.sent import record_sent
from app.letters.letter import CentreWords, Draft, LogInLetter, Stage
from app.letters.readers import addressees
from app.letters.secrets import set_first_password
from app.queries.letters import find_active_membership
from app.security.passwords import NewPassword


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    centre_name: str
    email: str
    first_password: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInDetails(LogInLetter):
    """To a centre's first super user. The first password is made when the letter is first sent."""

    kind: ClassVar[str] = "log_in_details"
    stage: ClassVar[Stage] = Stage.APPLICATIONS
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        centre_name=samples.CENTRE,
        email=samples.SUPER_USER_EMAIL,
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
        words = Words(
            recipient_name=person.name,
            centre_name=centre.name,
            email=person.email,
            first_password=password.plain,
            expires_at=expires_at,
        )
        return Draft(words, addressees([person]), once_sent=record_sent(membership))
