"""A second factor was removed from a person's account."""

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
    factor_name: str
    removed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorRemoved(Letter):
    """To its owner, who notices a removal by somebody else."""

    kind: ClassVar[str] = "second_factor_removed"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER, factor_name=samples.FACTOR, removed_at=samples.MOMENT
    )

    person_id: UUID
    factor_name: str
    removed_at: datetime

    async def load(self, work: Work) -> Draft:
        person = await get_person(work.session, self.person_id)
        words = Words(recipient_name=person.name, factor_name=self.factor_name, removed_at=self.removed_at)
        return Draft(words, addressees([person]))
