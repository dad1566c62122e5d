"""A password was changed (R06)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import addressees
from app.queries.letters import get_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Letter):
    """To its owner, who notices a change that somebody else made."""

    kind: ClassVar[str] = "password_changed"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        changed_at=samples.MOMENT,
    )

    person_id: UUID

    async def load(self, work: Work) -> Draft | None:
        person = await get_person(work.session, self.person_id)
        if person.password_changed_at is None:
            return None
        return Draft(Words(recipient_name=person.name, changed_at=person.password_changed_at), addressees([person]))
