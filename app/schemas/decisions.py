"""The quality assurance manager's decision (R21)."""

from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.decisions import DecisionOutcome
from app.schemas import example_centre as example
from app.schemas.answered import Essay, FullName, Ordinal, up_to
from app.schemas.base import Answer, Request
from app.schemas.fields import choice
from app.schemas.ids import DecisionId, RecommendationId, SubmissionId
from app.schemas.recommendations import RequiredAction, RequiredActionInput
from app.schemas.shared import Moment, described
from app.schemas.text import several_lines

_REASONS = "The requirements for recognised centres are met."


class DecisionCreate(Request):
    """Decide on the application, or refer it back to the centre lead."""

    outcome: Annotated[DecisionOutcome, choice()] = Field(
        description="The decision, which may differ from the recommendation, or `refer_back` to the centre lead.",
        examples=["accept_with_actions"],
    )
    reasons: Annotated[str, several_lines(1, 10000)] = Field(
        description="The reasons. The centre can read them, except for `refer_back`, where only the centre lead can.",
        examples=[_REASONS],
    )
    internal_note: Annotated[str, several_lines(1, 10000)] | None = Field(
        default=None,
        description="A note that only staff can read.",
        examples=["Discussed with the centre lead on 20 November."],
    )
    actions: Annotated[list[RequiredActionInput], Field(max_length=50)] | None = Field(
        default=None,
        description="The actions that the centre must carry out, only for `accept_with_actions`. If left out, the "
        "recommended actions apply.",
    )


class Decision(Answer):
    """A decision on one recommendation, or a referral back to the centre lead."""

    id: DecisionId
    outcome: DecisionOutcome = described("The decision.", "accept_with_actions")
    submission_id: SubmissionId = Field(description="The submission that was judged.")
    submission_number: Ordinal = described("That submission's number.", 2)
    recommendation_id: RecommendationId | None = Field(
        description="The recommendation that was judged. Always null for a centre's users."
    )
    reasons: Essay = described("The reasons.", _REASONS)
    internal_note: Essay | None = described("A note among staff. Always null for a centre's users.", None)
    actions: Annotated[list[RequiredAction], up_to(limits.REQUIRED_ACTIONS)] = Field(
        description="The actions that the centre must carry out."
    )
    decided_by_name: FullName = described("Who decided.", example.QUALITY_ASSURANCE_MANAGER)
    decided_at: Moment


class DecisionList(Answer):
    """The decisions on an application, oldest first. A centre's users do not see referrals back."""

    items: Annotated[list[Decision], up_to(limits.RECOMMENDATIONS)] = Field(description="The decisions.")
