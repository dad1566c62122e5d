"""A recovery code proved a person's second factor."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import addressees
from app.queries.factors import count_recovery_codes
from app.queries.letters import get_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    used_at: datetime
    codes_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodeUsed(Letter):
    """To its owner, who notices that somebody else has the codes."""

    kind: ClassVar[str] = "recovery_code_used"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(recipient_name=samples.SUPER_USER, used_at=samples.MOMENT, codes_left=9)

    person_id: UUID
    used_at: datetime

    async def load(self, work: Work) -> Draft:
        person = await get_person(work.session, self.person_id)
        left = await count_recovery_codes(work.session, person.id)
        return Draft(Words(recipient_name=person.name, used_at=self.used_at, codes_left=left), addressees([person]))
