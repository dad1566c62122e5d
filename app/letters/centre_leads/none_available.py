"""The fee is paid, but nobody can be the centre lead (R19)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import managers
from app.queries.letters import get_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    reference: str
    centre_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCentreLeadAvailable(Letter):
    """To the quality assurance managers, unless somebody has assigned a lead meanwhile."""

    kind: ClassVar[str] = "no_centre_lead_available"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.MANAGER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
    )

    application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        application = await get_application(work.session, self.application_id)
        if application.centre_lead_id is not None or application.closed_at is not None:
            return None
        name, to = await managers(work)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
        )
        return Draft(words, to)
