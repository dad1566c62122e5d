"""Staff closed what the centre had abandoned."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.domain.statuses import Status
from app.letters import samples
from app.letters.applications.credits import SAMPLE, load_credits
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.queries.letters import get_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    closed_at: datetime
    reason: str
    reopenable_until: date
    credited: tuple[str, ...]
    to_refund_pence: int
    due_pence: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationClosed(Letter):
    """To the centre, unless the application was reopened meanwhile."""

    kind: ClassVar[str] = "application_closed"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        closed_at=samples.MOMENT,
        reason="The invoice has been overdue for a month, and our letters are not answered.",
        reopenable_until=samples.DAY,
        credited=SAMPLE.credits_,
        to_refund_pence=SAMPLE.to_refund_pence,
        due_pence=SAMPLE.due_pence,
        currency=SAMPLE.currency,
    )

    application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        application = await get_application(work.session, self.application_id)
        if application.status is not Status.CLOSED or application.reopenable_until is None:
            return None
        name, to = await people_of(work, application.centre_id, LetterTopic.APPLICATION)
        ending = await load_credits(work, application)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            closed_at=application.closed_at or work.now,
            reason=application.closing_reason or "",
            reopenable_until=application.reopenable_until,
            credited=ending.credits_,
            to_refund_pence=ending.to_refund_pence,
            due_pence=ending.due_pence,
            currency=ending.currency,
        )
        return Draft(words, to)
