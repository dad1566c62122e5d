"""The centre lead's recommendation (R20), for staff alone, and the actions that it or a decision sets."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain import limits
from app.domain.recommendations import RecommendationOutcome
from app.schemas.answered import Essay, FullName, Note, Ordinal, up_to
from app.schemas.base import Answer, Request
from app.schemas.fields import IsoDate, choice
from app.schemas.shared import AnswerId, Moment, said
from app.schemas.text import several_lines

_ID = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"


class RequiredActionInput(Request):
    """Something that the centre has to do after it is accepted."""

    description: Annotated[str, several_lines(1, 2000)] = Field(
        description="What has to be done.", examples=["Send the revised sampling strategy."]
    )
    due_on: IsoDate = Field(description="By when: a day that is still to come.", examples=["2027-01-15"])


class RequiredAction(Answer):
    """An action as it was recommended or decided."""

    description: Note = said("What has to be done.", "Send the revised sampling strategy.")
    due_on: date = said("By when.", "2027-01-15")


class RecommendationCreate(Request):
    """Recommend, after the interview."""

    outcome: Annotated[RecommendationOutcome, choice()] = Field(
        description="What is recommended.", examples=["accept_with_actions"]
    )
    reasons: Annotated[str, several_lines(1, 10000)] = Field(
        description="Why, for the quality assurance manager; the centre does not see it.",
        examples=["Experienced team, sound policies; the sampling strategy needs more detail."],
    )
    actions: Annotated[list[RequiredActionInput], Field(max_length=50)] = Field(
        default=[], description="What the centre would have to do: at least one for `accept_with_actions`, else none."
    )


class Recommendation(Answer):
    """A recommendation on one submission."""

    id: AnswerId
    outcome: RecommendationOutcome = said("What is recommended.", "accept_with_actions")
    submission_id: UUID = said("The submission that was judged.", _ID)
    submission_number: Ordinal = said("That submission's number.", 1)
    reasons: Essay = said("Why.", "Experienced team, sound policies; the sampling strategy needs more detail.")
    actions: Annotated[list[RequiredAction], up_to(limits.REQUIRED_ACTIONS)] = said(
        "What the centre would have to do.", []
    )
    recommended_by_id: UUID = said("The centre lead who recommends, and who cannot decide.", _ID)
    recommended_by_name: FullName = said("That centre lead's name.", "Sam Taylor")
    recommended_at: Moment


class RecommendationList(Answer):
    """Every recommendation on an application, the first one first."""

    items: Annotated[list[Recommendation], up_to(limits.RECOMMENDATIONS)] = said("The recommendations.", [])
