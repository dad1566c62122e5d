"""A centre lead is assigned (R19)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.workflow import Status
from app.domain.working_days import last_day
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import centre_lead_or_managers
from app.queries.letters import get_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    reference: str
    centre_name: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreLeadAssigned(Letter):
    """To the centre lead; a lead who takes over after the decision has no review to do."""

    kind: ClassVar[str] = "centre_lead_assigned"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE_LEAD,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        due_on=samples.DAY,
    )

    application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        application = await get_application(work.session, self.application_id)
        if application.centre_lead_id is None:
            return None
        name, to = await centre_lead_or_managers(work, application)
        due_at = application.due_at if application.status is Status.IN_REVIEW else None
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            due_on=last_day(due_at) if due_at is not None else None,
        )
        return Draft(words, to)
