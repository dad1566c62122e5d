"""An application is back after a return (R17)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.workflow import Status
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import centre_lead_or_managers, customer_experience
from app.models import Submission
from app.queries.letters import count_answered_items, with_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    reference: str
    centre_name: str
    submitted_by: str
    submitted_at: datetime
    item_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationResubmitted(Letter):
    """To the centre lead if they returned it, else to customer experience."""

    kind: ClassVar[str] = "application_resubmitted"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CUSTOMER_EXPERIENCE,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        submitted_by=samples.SUPER_USER,
        submitted_at=samples.MOMENT,
        item_count=2,
    )

    submission_id: UUID

    async def load(self, work: Work) -> Draft | None:
        submission, application = await with_application(work.session, Submission, self.submission_id)
        if application.status is Status.IN_REVIEW:
            name, to = await centre_lead_or_managers(work, application)
        else:
            name, to = customer_experience(work.settings)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            submitted_by=submission.submitted_by_name,
            submitted_at=submission.submitted_at,
            item_count=await count_answered_items(work.session, submission),
        )
        return Draft(words, to)
