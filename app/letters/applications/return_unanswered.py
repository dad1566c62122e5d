"""A return waits for the centre's answers: its answer-by date is near, or has passed (R17)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.letter_topics import LetterTopic
from app.domain.workflow import Status
from app.domain.working_days import london_date
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.models import Review
from app.queries.letters import items_of, with_application


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    """What the template prints. `asked` are the unanswered items."""

    reference: str
    centre_name: str
    answer_by: date
    passed: bool
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnUnanswered(Letter):
    """To the centre, unless it has answered meanwhile."""

    kind: ClassVar[str] = "return_unanswered"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        answer_by=samples.DAY,
        passed=True,
        asked=("Say who verifies the internal quality assurance of the second site.",),
    )

    review_id: UUID

    async def load(self, work: Work) -> Draft | None:
        review, application = await with_application(work.session, Review, self.review_id)
        open_items = [item for item in await items_of(work.session, review) if item.answered_at is None]
        days = [item.answer_by for item in open_items if item.answer_by is not None]
        # A later return has items of its own.
        if application.status is not Status.RETURNED or review.reviewed_at < application.status_since or not days:
            return None
        name, to = await people_of(work, application.centre_id, LetterTopic.RETURNS)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            answer_by=min(days),
            passed=min(days) < london_date(work.now),
            asked=tuple(item.asked for item in open_items),
        )
        return Draft(words, to)
