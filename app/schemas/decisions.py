"""The quality assurance manager's decision (R21)."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain import limits
from app.domain.decisions import DecisionOutcome
from app.schemas.answered import Essay, FullName, Ordinal, up_to
from app.schemas.base import Answer, Request
from app.schemas.fields import choice
from app.schemas.recommendations import RequiredAction, RequiredActionInput
from app.schemas.shared import AnswerId, Moment, said
from app.schemas.text import several_lines

_ID = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"


class DecisionCreate(Request):
    """Decide, or refer back to the centre lead."""

    outcome: Annotated[DecisionOutcome, choice()] = Field(
        description="The decision, which need not be what was recommended, or `refer_back` to the centre lead.",
        examples=["accept_with_actions"],
    )
    reasons: Annotated[str, several_lines(1, 10000)] = Field(
        description="Why. The centre reads it, but not for `refer_back`, where the centre lead alone does.",
        examples=["The requirements for recognised centres are met."],
    )
    internal_note: Annotated[str, several_lines(1, 10000)] | None = Field(
        default=None, description="A note for staff alone.", examples=["Discussed with the centre lead on 3 December."]
    )
    actions: Annotated[list[RequiredActionInput], Field(max_length=50)] | None = Field(
        default=None,
        description="What the centre has to do, for `accept_with_actions` only; left out, what was recommended counts.",
    )


class Decision(Answer):
    """A decision, or a referral back, on one recommendation."""

    id: AnswerId
    outcome: DecisionOutcome = said("What was decided.", "accept_with_actions")
    submission_id: UUID = said("The submission that was judged.", _ID)
    submission_number: Ordinal = said("That submission's number.", 1)
    recommendation_id: UUID | None = said("The recommendation that was judged; null for a centre's people.", _ID)
    reasons: Essay = said("Why.", "The requirements for recognised centres are met.")
    internal_note: Essay | None = said("What staff noted for each other; always null for a centre's people.", None)
    actions: Annotated[list[RequiredAction], up_to(limits.REQUIRED_ACTIONS)] = said("What the centre has to do.", [])
    decided_by_name: FullName = said("Who decided.", "Robin Shaw")
    decided_at: Moment


class DecisionList(Answer):
    """The decisions on an application, the first one first; a centre's people see no referral back."""

    items: Annotated[list[Decision], up_to(limits.RECOMMENDATIONS)] = said("The decisions.", [])
