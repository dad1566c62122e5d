"""An application is accepted (R21, R22)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters.decisions.recognised import SAMPLE, RecognisedWords, load_acceptance
from app.letters.letter import Draft, Letter, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationAccepted(Letter):
    """To the centre, with its account team; the welcome pack and the certificate are attached."""

    kind: ClassVar[str] = "application_accepted"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[RecognisedWords] = SAMPLE

    decision_id: UUID

    async def load(self, work: Work) -> Draft | None:
        return await load_acceptance(work, self.decision_id)
