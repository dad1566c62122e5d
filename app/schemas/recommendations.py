"""The centre lead's recommendation (R20), for staff alone, and the actions that it or a decision sets."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.recommendations import RecommendationOutcome
from app.schemas import example_centre as example
from app.schemas.answered import Essay, FullName, Note, Ordinal, up_to
from app.schemas.base import Answer, Request
from app.schemas.fields import IsoDate, choice, printable
from app.schemas.ids import PersonId, RecommendationId, SubmissionId
from app.schemas.shared import Moment, described
from app.schemas.text import several_lines

_REASONS = "Experienced team, sound policies; the sampling strategy needs more detail."


class RequiredActionInput(Request):
    """An action that the centre must carry out after its acceptance."""

    description: Annotated[str, several_lines(1, 2000), printable] = Field(
        description="What the centre must do.", examples=[example.ACTION]
    )
    due_on: IsoDate = Field(
        description="The last day for doing it. It must be in the future.", examples=[example.ACTION_DUE_ON]
    )


class RequiredAction(Answer):
    """An action as it was recommended or decided."""

    description: Note = described("What the centre must do.", example.ACTION)
    due_on: date = described("The last day for doing it.", example.ACTION_DUE_ON)


class RecommendationCreate(Request):
    """Recommend an outcome after the interview."""

    outcome: Annotated[RecommendationOutcome, choice()] = Field(
        description="The recommended outcome.", examples=["accept_with_actions"]
    )
    reasons: Annotated[str, several_lines(1, 10000)] = Field(
        description="The reasons, for the quality assurance manager. The centre cannot read them.",
        examples=[_REASONS],
    )
    actions: Annotated[list[RequiredActionInput], Field(max_length=50)] = Field(
        default=[],
        description="The actions that the centre would have to carry out: at least one for `accept_with_actions`, "
        "otherwise none.",
    )


class Recommendation(Answer):
    """A recommendation on one submission."""

    id: RecommendationId
    outcome: RecommendationOutcome = described("The recommended outcome.", "accept_with_actions")
    submission_id: SubmissionId = Field(description="The submission that was judged.")
    submission_number: Ordinal = described("That submission's number.", 2)
    reasons: Essay = described("The reasons.", _REASONS)
    actions: Annotated[list[RequiredAction], up_to(limits.REQUIRED_ACTIONS)] = Field(
        description="The actions that the centre would have to carry out."
    )
    recommended_by_id: PersonId = described(
        "The centre lead who made the recommendation. The same person cannot decide.", example.CENTRE_LEAD_ID
    )
    recommended_by_name: FullName = described("That centre lead's name.", example.CENTRE_LEAD)
    recommended_at: Moment = described("When the recommendation was made.", example.RECOMMENDED_AT)


class RecommendationList(Answer):
    """Every recommendation on an application, oldest first."""

    items: Annotated[list[Recommendation], up_to(limits.RECOMMENDATIONS)] = Field(description="The recommendations.")
