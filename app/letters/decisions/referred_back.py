"""A recommendation is referred back (R21)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import centre_lead_or_managers
from app.models import Decision
from app.queries.letters import with_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    reference: str
    centre_name: str
    referred_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferredBack(Letter):
    """To the centre lead who made it."""

    kind: ClassVar[str] = "referred_back"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE_LEAD,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        referred_by=samples.MANAGER,
        reason="The reasons do not mention the second site.",
    )

    decision_id: UUID

    async def load(self, work: Work) -> Draft | None:
        decision, application = await with_application(work.session, Decision, self.decision_id)
        name, to = await centre_lead_or_managers(work, application)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            referred_by=decision.decided_by_name,
            reason=decision.reasons,
        )
        return Draft(words, to)
