"""An application is returned to the centre (R17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.contact_roles import ContactRole
from app.domain.letter_topics import LetterTopic
from app.domain.policies import POLICIES
from app.domain.sections import ReturnSection
from app.letters import samples
from app.letters.letter import CentreWords, Draft, Letter, Stage
from app.letters.readers import people_of
from app.models import ReturnItem, Review
from app.queries.letters import items_of, names_in_items, with_application

_ROLES = {role.value: role.label for role in ContactRole}


@dataclass(frozen=True, slots=True)
class ReturnedItem:
    """One thing to change; `part` names the field, policy, site or contact, if the item is about one."""

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
        names = await names_in_items(work.session, items)
        name, to = await people_of(work, application.centre_id, LetterTopic.RETURNS)
        words = Words(
            recipient_name=name,
            reference=application.reference,
            centre_name=application.centre_name,
            explanation=review.explanation or "",
            items=tuple(ReturnedItem(item.concerns.label, part_in_words(item, names), item.asked) for item in items),
            answer_by=min((item.answer_by for item in items if item.answer_by is not None), default=None),
        )
        return Draft(words, to)


def part_in_words(item: ReturnItem, names: Mapping[str, str]) -> str | None:
    """Name what an item is about: `/history/legal_name` is `History, legal name`.

    `names` are those of the sites and contacts that items point to, by id.
    """
    if not item.pointer:
        return None
    steps = [step for step in item.pointer.split("/") if step and not step.isdigit()]
    if item.concerns is ReturnSection.POLICIES_AND_PROCEDURES:
        titles = {policy.key.value: policy.title for policy in POLICIES.values()}
        return next((titles[step] for step in reversed(steps) if step in titles), None)
    if item.part is not None:
        head = names.get(steps[0]) or _ROLES.get(steps[0])
        return ", ".join([*([head] if head else []), *map(_spaced, steps[1:])]) or None
    words = ", ".join(map(_spaced, steps))
    return words[:1].upper() + words[1:] or None


def _spaced(step: str) -> str:
    return step.replace("_", " ").replace("-", " ")
