"""A centre has sent evidence for an action (R23)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import centre_lead_or_managers
from app.queries.letters import get_evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    reference: str
    centre_name: str
    action: str
    sent_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionEvidenceReceived(Letter):
    """To the centre lead, who judges the evidence."""

    kind: ClassVar[str] = "action_evidence_received"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE_LEAD,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        action=samples.ACTION,
        sent_by=samples.USER,
    )

    evidence_id: UUID

    async def load(self, work: Work) -> Draft | None:
        evidence, action, application = await get_evidence(work.session, self.evidence_id)
        name, to = await centre_lead_or_managers(work, application)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            action=action.description,
            sent_by=evidence.sent_by_name,
        )
        return Draft(words, to)
