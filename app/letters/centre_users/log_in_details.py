"""The first super user's log-in details (R04, R06)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.integrations.storage import DocumentStore
from app.letters import samples
from app.letters.centre_users.sent import record_sent
from app.letters.letter import CentreWords, Draft, Letter
from app.letters.readers import addressees
from app.letters.secrets import make_first_password
from app.queries.letters import find_active_membership


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    centre_name: str
    email: str
    first_password: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInDetails(Letter):
    """To a centre's first super user. The first password is made here, at the moment of sending."""

    kind: ClassVar[str] = "log_in_details"
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        centre_name=samples.CENTRE,
        email=samples.SUPER_USER_EMAIL,
        first_password=samples.FIRST_PASSWORD,
        expires_at=samples.MOMENT,
    )

    membership_id: UUID
    invited_by: UUID | None = None

    async def load(self, work: Work, _: DocumentStore) -> Draft | None:
        found = await find_active_membership(work.session, self.membership_id)
        made = await make_first_password(work, found[0].person_id) if found else None
        if found is None or made is None:
            return None
        membership, centre, person = found
        password, expires_at = made
        words = Words(
            recipient_name=person.name,
            centre_name=centre.name,
            email=person.email,
            first_password=password,
            expires_at=expires_at,
        )
        return Draft(words, addressees([person]), carries_secret=True, once_sent=record_sent(membership))
