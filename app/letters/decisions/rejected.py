"""An application is rejected (R21)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.models import Decision
from app.queries.letters import with_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRejected(Letter):
    """To the centre, with the reasons."""

    kind: ClassVar[str] = "application_rejected"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        reasons="The policies do not cover the second site.",
    )

    decision_id: UUID

    async def load(self, work: Work) -> Draft | None:
        decision, application = await with_application(work.session, Decision, self.decision_id)
        name, to = await people_of(work, application.centre_id, LetterTopic.DECISIONS)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            reasons=decision.reasons,
        )
        return Draft(words, to)
