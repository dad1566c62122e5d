"""The centre lead learns that an application was closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.statuses import Status
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import centre_lead_or_managers
from app.queries.letters import get_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    reference: str
    centre_name: str
    closed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationClosedStaff(Letter):
    """To the centre lead of an application that was theirs; nobody else waits for it."""

    kind: ClassVar[str] = "application_closed_staff"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CENTRE_LEAD,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        closed_at=samples.MOMENT,
        reason="The return of August was never answered.",
    )

    application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        application = await get_application(work.session, self.application_id)
        if application.centre_lead_id is None or application.status is not Status.CLOSED:
            return None
        name, to = await centre_lead_or_managers(work, application)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            closed_at=application.closed_at or work.now,
            reason=application.closing_reason or "",
        )
        return Draft(words, to)
