"""A review or a decision is late (R05)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.workflow import STATUSES, Status
from app.domain.working_days import last_day
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import Readers, centre_lead_or_managers, customer_experience, managers
from app.models import Application
from app.queries.letters import get_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    reference: str
    centre_name: str
    status: str
    due_on: date
    escalated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationLate(Letter):
    """To whoever has to act, and escalated to the managers, unless the step was taken meanwhile."""

    kind: ClassVar[str] = "application_late"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE_LEAD,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        status=STATUSES[Status.IN_REVIEW].staff_name,
        due_on=samples.DAY,
        escalated=True,
    )

    application_id: UUID
    escalated: bool = False

    async def load(self, work: Work) -> Draft | None:
        application = await get_application(work.session, self.application_id)
        if application.due_at is None or application.due_at > work.now:
            return None
        name, to = await managers(work) if self.escalated else await _owner(work, application)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            status=STATUSES[application.status].staff_name,
            due_on=last_day(application.due_at),
            escalated=self.escalated,
        )
        return Draft(words, to)


async def _owner(work: Work, application: Application) -> Readers:
    """Whoever has to take the next step."""
    if application.status is Status.SUBMITTED:
        return customer_experience(work.settings)
    if application.status is Status.IN_REVIEW:
        return await centre_lead_or_managers(work, application)
    return await managers(work)
