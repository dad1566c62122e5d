"""Another email address was asked for (R06)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import addressee
from app.letters.secrets import make_cancellation_token
from app.queries.email_changes import lock_email_change
from app.queries.letters import get_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    new_email: str
    requested_at: datetime
    requested_from: str | None
    expires_at: datetime
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChangeRequested(Letter):
    """To the old address, whose holder can stop it. It goes out also where the change was made meanwhile."""

    kind: ClassVar[str] = "email_change_requested"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        new_email=samples.USER_EMAIL,
        requested_at=samples.MOMENT,
        requested_from=samples.NETWORK_ADDRESS,
        expires_at=samples.MOMENT,
        token="a+b/c=token",
    )

    change_id: UUID

    async def load(self, work: Work) -> Draft | None:
        change = await lock_email_change(work.session, self.change_id)
        if change is None or change.voided_at is not None:
            return None
        person = await get_person(work.session, change.person_id)
        words = Words(
            recipient_name=person.name,
            new_email=change.new_email,
            requested_at=change.requested_at,
            requested_from=change.requested_from,
            expires_at=change.expires_at,
            token=make_cancellation_token(change) if change.is_open(work.now) else None,
        )
        return Draft(words, (addressee(person.name, change.old_email),))
