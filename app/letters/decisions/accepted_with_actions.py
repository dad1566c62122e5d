"""An application is accepted with actions (R21, R23)."""

from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.decisions.recognised import SAMPLE, RecognisedWords, RequiredAction, load_acceptance
from app.letters.letter import Draft, Letter, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationAcceptedWithActions(Letter):
    """To the centre, with its account team and its actions; the welcome pack and the certificate are attached."""

    kind: ClassVar[str] = "application_accepted_with_actions"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[RecognisedWords] = replace(SAMPLE, actions=(RequiredAction(samples.ACTION, samples.DAY),))

    decision_id: UUID

    async def load(self, work: Work) -> Draft | None:
        return await load_acceptance(work, self.decision_id)
