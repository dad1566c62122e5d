"""An application is returned to the centre (R17)."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.policies import POLICIES
from app.domain.sections import Section
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import super_users
from app.models import ReturnItem, Review
from app.queries.letters import items_of, with_application


@dataclass(frozen=True, slots=True)
class ReturnedItem:
    """One thing to change; `part` names the field or policy, if the item is about one."""

    section: str
    part: str | None
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(CentreWords):
    reference: str
    centre_name: str
    explanation: str
    items: tuple[ReturnedItem, ...]
    answer_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationReturned(Letter):
    """To the centre, with the explanation and the items to answer before it submits again."""

    kind: ClassVar[str] = "application_returned"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name=samples.SUPER_USER,
        reference=samples.APPLICATION,
        centre_name=samples.CENTRE,
        explanation="Two policies need changes.",
        items=(
            ReturnedItem(
                "Policies and Procedures", "Appeals procedure for candidates", "Name the last stage of appeal."
            ),
            ReturnedItem("Application", None, "Tell us when you expect your first learners."),
        ),
        answer_by=samples.DAY,
    )

    review_id: UUID

    async def load(self, work: Work) -> Draft | None:
        review, application = await with_application(work.session, Review, self.review_id)
        items = await items_of(work.session, review)
        name, to = await super_users(work, application.centre_id)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            explanation=review.explanation or "",
            items=tuple(ReturnedItem(item.section.label, part_of_the_form(item), item.asked) for item in items),
            answer_by=min((item.answer_by for item in items if item.answer_by is not None), default=None),
        )
        return Draft(words, to)


def part_of_the_form(item: ReturnItem) -> str | None:
    """Name the field or policy that an item is about: `/history/legal_name` is `History, legal name`."""
    if not item.pointer:
        return None
    steps = [step for step in item.pointer.split("/") if step and not step.isdigit()]
    if item.section is Section.POLICIES_AND_PROCEDURES:
        titles = {policy.key.value: policy.title for policy in POLICIES.values()}
        return next((titles[step] for step in reversed(steps) if step in titles), None)
    words = ", ".join(step.replace("_", " ").replace("-", " ") for step in steps)
    return words[:1].upper() + words[1:] or None
