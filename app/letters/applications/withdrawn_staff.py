"""Staff learn that an application was withdrawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import centre_lead_or_managers, customer_experience
from app.queries.letters import find_withdrawer, get_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    reference: str
    centre_name: str
    withdrawn_by: str
    withdrawn_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWithdrawnStaff(Letter):
    """To whoever was working on the application; nobody was before its first submission."""

    kind: ClassVar[str] = "application_withdrawn_staff"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE_LEAD,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        withdrawn_by=samples.SUPER_USER,
        withdrawn_at=samples.MOMENT,
        reason="We will apply again next year.",
    )

    application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        application = await get_application(work.session, self.application_id)
        if application.submitted_at is None:
            return None
        if application.centre_lead_id is not None:
            name, to = await centre_lead_or_managers(work, application)
        else:
            name, to = customer_experience(work.settings)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            withdrawn_by=await find_withdrawer(work.session, application),
            withdrawn_at=application.closed_at or work.now,
            reason=application.withdrawal_reason,
        )
        return Draft(words, to)
