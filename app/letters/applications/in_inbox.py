"""An application has arrived in the inbox (R16)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.workflow import Status
from app.domain.working_days import last_day
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import customer_experience
from app.models import Submission
from app.queries.letters import with_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    reference: str
    centre_name: str
    submitted_by: str
    submitted_at: datetime
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationInInbox(Letter):
    """To customer experience, unless the review is done by now."""

    kind: ClassVar[str] = "application_in_inbox"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CUSTOMER_EXPERIENCE,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        submitted_by=samples.SUPER_USER,
        submitted_at=samples.MOMENT,
        due_on=samples.DAY,
    )

    submission_id: UUID

    async def load(self, work: Work) -> Draft | None:
        submission, application = await with_application(work.session, Submission, self.submission_id)
        if application.status is not Status.SUBMITTED or application.due_at is None:
            return None
        name, to = customer_experience(work.settings)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            submitted_by=submission.submitted_by_name,
            submitted_at=submission.submitted_at,
            due_on=last_day(application.due_at),
        )
        return Draft(words, to)
