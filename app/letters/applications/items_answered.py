"""Every item of a return is answered (R17)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.reviews import ReviewStage
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import centre_lead_or_managers, customer_experience
from app.models import Review
from app.queries.letters import items_of, with_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    reference: str
    centre_name: str
    item_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnItemsAnswered(Letter):
    """To whoever returned the application, once. The centre has still to submit it again."""

    kind: ClassVar[str] = "return_items_answered"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.CUSTOMER_EXPERIENCE,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        item_count=2,
    )

    review_id: UUID

    async def load(self, work: Work) -> Draft | None:
        review, application = await with_application(work.session, Review, self.review_id)
        if review.stage is ReviewStage.CENTRE_LEAD_REVIEW:
            name, to = await centre_lead_or_managers(work, application)
        else:
            name, to = customer_experience(work.settings)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            item_count=len(await items_of(work.session, review)),
        )
        return Draft(words, to)
