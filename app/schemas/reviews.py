"""Reviews: pass, or return with an explanation and items (R17)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from app.domain import limits
from app.domain.reviews import ReturnItemCode, ReviewOutcome, ReviewStage
from app.domain.sections import Section
from app.schemas.answered import Explanation, FullName, Note, Ordinal, Pointer, up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import IsoDate, choice
from app.schemas.shared import AnswerId, Moment, said
from app.schemas.text import REST_OF_A_LINE, one_line, several_lines

_ID = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"


def _pointer(text: str) -> str:
    if not text.startswith("/"):
        raise PydanticCustomError("invalid_pointer", "A pointer starts with '/', like /history/legal_name.")
    return text


class ReturnItemCreate(Request):
    """One thing that the centre is asked to mend."""

    section: Annotated[Section, choice()] = Field(
        description="The section that it concerns.", examples=["policies_and_procedures"]
    )
    pointer: Annotated[str, one_line(1, 300), AfterValidator(_pointer)] | None = Field(
        default=None,
        description="The field or policy in that section (RFC 6901): `/history/legal_name`, `/appeals`.",
        examples=["/appeals"],
        json_schema_extra={"pattern": f"^ */{REST_OF_A_LINE}$"},
    )
    code: Annotated[ReturnItemCode, choice()] = Field(description="Why.")
    asked: Annotated[str, several_lines(1, 2000)] = Field(
        description="What is asked of the centre, in words.", examples=["Send the version that the board approved."]
    )
    answer_by: IsoDate | None = Field(
        default=None, description="Until when an answer is wished for, or null.", examples=["2026-12-07"]
    )


class ReviewCreate(Request):
    """Pass the application, or return it to the centre."""

    outcome: Annotated[ReviewOutcome, choice()] = Field(
        description="`pass` at the initial review, or `return`.", examples=["return"]
    )
    explanation: Annotated[str, several_lines(1, 5000)] | None = Field(
        default=None,
        description="What the centre is told; needed for a return.",
        validate_default=True,
        examples=["Two policies need another look; the points are below."],
    )
    internal_note: Annotated[str, several_lines(1, 5000)] | None = Field(
        default=None, description="A note for staff alone.", examples=["Spoke to the quality manager."]
    )
    items: Annotated[list[ReturnItemCreate], Field(max_length=100)] = Field(
        default=[],
        description="What is to be mended: at least one for a return, none for a pass.",
        validate_default=True,
    )

    @field_validator("explanation")
    @classmethod
    def _a_return_is_explained(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("outcome") is ReviewOutcome.RETURN and value is None:
            raise PydanticCustomError("explanation_required", "A return needs an explanation for the centre.")
        return value

    @field_validator("items")
    @classmethod
    def _items_go_with_a_return(cls, value: list[ReturnItemCreate], info: ValidationInfo) -> list[ReturnItemCreate]:
        outcome = info.data.get("outcome")
        if outcome is ReviewOutcome.RETURN and not value:
            raise PydanticCustomError("items_required", "A return needs at least one item that the centre can answer.")
        if outcome is ReviewOutcome.PASS and value:
            raise PydanticCustomError("items_not_wanted", "A pass has no items; return the application instead.")
        return value


class ReturnItem(Resource):
    """One thing that the centre is asked to mend, with its answer."""

    id: AnswerId
    review_id: UUID = said("The review that asked.", _ID)
    number: Ordinal = said("Its number in that review.", 1)
    section: Section = said("The section that it concerns.", "policies_and_procedures")
    pointer: Pointer | None = said("The field or policy, or null for the whole section.", "/appeals")
    code: ReturnItemCode = said("Why.", "out_of_date")
    asked: Note = said("What is asked, in words.", "Send the version that the board approved.")
    answer_by: date | None = said("Until when an answer is wished for, or null.", "2026-12-07")
    answer: Note | None = said("The centre's answer, or null.", None)
    answered_by_name: FullName | None = said("Who answered, or null.", None)
    answered_at: datetime | None = said("When, or null.", None)


class ReturnItemList(Answer):
    """The items of an application's returns, the newest return first."""

    items: Annotated[list[ReturnItem], up_to(limits.RETURN_ITEMS * limits.SUBMISSIONS)] = said("The items.", [])


class ReturnItemAnswer(Request):
    """Answer an item."""

    answer: Annotated[str, several_lines(1, 2000)] = Field(
        description="What was done about it.", examples=["Version 2, approved in May, is uploaded."]
    )


class Review(Answer):
    """A review of one submission."""

    id: AnswerId
    stage: ReviewStage = said("Who reviewed: customer experience, or the centre lead.", "initial_review")
    outcome: ReviewOutcome = said("`pass` or `return`.", "return")
    submission_id: UUID = said("The submission that was judged.", _ID)
    submission_number: Ordinal = said("That submission's number.", 1)
    explanation: Explanation | None = said("What the centre was told, or null.", "Two policies need another look.")
    internal_note: Explanation | None = said("What staff noted for each other; null for a centre's people.", None)
    reviewed_by_name: FullName = said("Who reviewed.", "Sam Taylor")
    reviewed_at: Moment
    items: Annotated[list[ReturnItem], up_to(limits.RETURN_ITEMS)] = said("What was to be mended.", [])


class ReviewList(Answer):
    """Every review of an application, the first one first."""

    items: Annotated[list[Review], up_to(limits.REVIEWS)] = said("The reviews.", [])
