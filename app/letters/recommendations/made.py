"""An application is ready for its decision (R20)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.workflow import Status
from app.domain.working_days import last_day
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import managers
from app.models import Recommendation
from app.queries.letters import with_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    reference: str
    centre_name: str
    recommendation: str
    recommended_by: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationMade(Letter):
    """To the quality assurance managers, while there is something to decide."""

    kind: ClassVar[str] = "recommendation_made"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.MANAGER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        recommendation="accept with actions",
        recommended_by=samples.CENTRE_LEAD,
        due_on=samples.DAY,
    )

    recommendation_id: UUID

    async def load(self, work: Work) -> Draft | None:
        recommendation, application = await with_application(work.session, Recommendation, self.recommendation_id)
        if application.status is not Status.AWAITING_DECISION or application.due_at is None:
            return None
        name, to = await managers(work)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            recommendation=recommendation.outcome.value.replace("_", " "),
            recommended_by=recommendation.recommended_by_name,
            due_on=last_day(application.due_at),
        )
        return Draft(words, to)
