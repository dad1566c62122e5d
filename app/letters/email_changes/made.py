"""A person's email address was changed (R06)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import addressee
from app.queries.email_changes import lock_email_change
from app.queries.letters import get_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    new_email: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailAddressChanged(Letter):
    """To the old address, whose holder notices a change that somebody else made."""

    kind: ClassVar[str] = "email_address_changed"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER, new_email=samples.USER_EMAIL, changed_at=samples.MOMENT
    )

    change_id: UUID

    async def load(self, work: Work) -> Draft | None:
        change = await lock_email_change(work.session, self.change_id)
        if change is None or change.used_at is None:
            return None
        person = await get_person(work.session, change.person_id)
        words = Words(recipient_name=person.name, new_email=change.new_email, changed_at=change.used_at)
        return Draft(words, (addressee(person.name, change.old_email),))
