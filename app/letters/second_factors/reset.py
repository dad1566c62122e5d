"""A person's second factors were reset."""

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
    reset_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorsReset(Letter):
    """To their owner, who did not ask for it where somebody was deceived."""

    kind: ClassVar[str] = "second_factors_reset"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(recipient_name=samples.SUPER_USER, reset_at=samples.MOMENT)

    person_id: UUID
    reset_at: datetime

    async def load(self, work: Work) -> Draft:
        person = await get_person(work.session, self.person_id)
        words = Words(recipient_name=person.name, reset_at=self.reset_at)
        return Draft(words, addressees([person]))
