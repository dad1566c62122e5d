"""A withdrawal is confirmed."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.letters import samples
from app.letters.applications.credits import SAMPLE, load_credits
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.queries.letters import find_withdrawer, get_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    withdrawn_by: str
    withdrawn_at: datetime
    credited: tuple[str, ...]
    to_refund_pence: int
    due_pence: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWithdrawn(Letter):
    """To the centre, with what was credited on each invoice."""

    kind: ClassVar[str] = "application_withdrawn"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        withdrawn_by=samples.SUPER_USER,
        withdrawn_at=samples.MOMENT,
        credited=SAMPLE.credits_,
        to_refund_pence=SAMPLE.to_refund_pence,
        due_pence=SAMPLE.due_pence,
        currency=SAMPLE.currency,
    )

    application_id: UUID

    async def load(self, work: Work) -> Draft | None:
        application = await get_application(work.session, self.application_id)
        name, to = await people_of(work, application.centre_id, LetterTopic.APPLICATION)
        ending = await load_credits(work, application)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            withdrawn_by=await find_withdrawer(work.session, application),
            withdrawn_at=application.closed_at or work.now,
            credited=ending.credits_,
            to_refund_pence=ending.to_refund_pence,
            due_pence=ending.due_pence,
            currency=ending.currency,
        )
        return Draft(words, to)
