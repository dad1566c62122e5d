"""A super user is to be replaced (R10)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters.letter import Draft, Letter, Stage
from app.letters.super_users.told import SAMPLE, Told, Words, draft


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperUserReplacementAsked(Letter):
    """Before anything changes for them, to whoever can object: the head of organisation, and the super user who is said
    to be lost."""

    kind: ClassVar[str] = "super_user_replacement_asked"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = SAMPLE

    replacement_id: UUID
    told: Told

    async def load(self, work: Work) -> Draft | None:
        return await draft(work, self.replacement_id, self.told, made=False)
