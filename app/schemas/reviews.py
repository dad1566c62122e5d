"""Reviews: pass, or return with an explanation and items (R17)."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from app.domain import limits
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.reviews import ReturnItemCode, ReviewOutcome, ReviewStage
from app.domain.sections import ReturnSection
from app.schemas import example_centre as example
from app.schemas.answered import Explanation, FullName, Note, Ordinal, Pointer, up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import IsoDate, choice
from app.schemas.form_pointers import example_in, is_in_the_form, tokens_of
from app.schemas.ids import ReturnItemId, ReviewId, SubmissionId
from app.schemas.refused import refused
from app.schemas.shared import Moment, described
from app.schemas.text import REST_OF_A_LINE, one_line, several_lines

_ASKED = "Send the version that the board approved."
_EXPLANATION = "One policy needs another look; the details are below."


def _pointer(text: str) -> str:
    if tokens_of(text) is None:
        raise refused(
            InputFaultCode.INVALID_POINTER, "Enter a JSON pointer that starts with '/', such as /history/legal_name."
        )
    return text


class ReturnItemCreate(Request):
    """One correction that the centre is asked to make."""

    section: Annotated[ReturnSection, choice()] = Field(
        description="The section to correct; `sites` and `contacts` stand beside the form.",
        examples=["policies_and_procedures"],
    )
    pointer: Annotated[str, one_line(1, 300), AfterValidator(_pointer)] | None = Field(
        default=None,
        description="The place within that section (RFC 6901), which must exist: a field as in `/history/legal_name`, "
        "a policy such as `/appeals`, `/agreement` or `/code_of_conduct`, a site or contact by id with or without a "
        "property, as in `/{id}/address`, or a contact role such as `/finance`. Null for the whole section.",
        examples=["/appeals"],
        json_schema_extra={"pattern": f"^ */{REST_OF_A_LINE}$"},
    )
    code: Annotated[ReturnItemCode, choice()] = Field(
        description="The reason for the correction.", examples=["out_of_date"]
    )
    asked: Annotated[str, several_lines(1, 2000)] = Field(
        description="What the centre is asked to do.", examples=[_ASKED]
    )
    answer_by: IsoDate | None = Field(
        default=None, description="The day by which an answer is requested, or null.", examples=["2026-10-22"]
    )

    @field_validator("pointer")
    @classmethod
    def _the_section_has_it(cls, value: str | None, info: ValidationInfo) -> str | None:
        section: ReturnSection | None = info.data.get("section")
        tokens = tokens_of(value) if value is not None else None
        if section is not None and tokens is not None and not is_in_the_form(section, tokens):
            raise refused(
                InputFaultCode.POINTS_TO_NOTHING,
                "The section has no such place. Point at one that it has, such as {example}, or leave the pointer out.",
                {"example": example_in(section)},
            )
        return value


class ReviewCreate(Request):
    """Pass the application, or return it to the centre."""

    outcome: Annotated[ReviewOutcome, choice()] = Field(
        description="`return`, or at the initial review also `pass`.", examples=["return"]
    )
    explanation: Annotated[str, several_lines(1, 5000)] | None = Field(
        default=None,
        description="The explanation for the centre. Required for a return.",
        validate_default=True,
        examples=[_EXPLANATION],
    )
    internal_note: Annotated[str, several_lines(1, 5000)] | None = Field(
        default=None, description="A note that only staff can read.", examples=["Spoke to the head of quality."]
    )
    items: Annotated[list[ReturnItemCreate], Field(max_length=100)] = Field(
        default=[],
        description="The corrections: at least one for a return, none for a pass.",
        validate_default=True,
    )

    @field_validator("explanation")
    @classmethod
    def _a_return_is_explained(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("outcome") is ReviewOutcome.RETURN and value is None:
            raise refused(InputFaultCode.EXPLANATION_REQUIRED, "Enter an explanation for the centre.")
        return value

    @field_validator("items")
    @classmethod
    def _items_go_with_a_return(cls, value: list[ReturnItemCreate], info: ValidationInfo) -> list[ReturnItemCreate]:
        outcome = info.data.get("outcome")
        if outcome is ReviewOutcome.RETURN and not value:
            raise refused(InputFaultCode.ITEMS_REQUIRED, "Add at least one item for the centre to answer.")
        if outcome is ReviewOutcome.PASS and value:
            raise refused(
                InputFaultCode.ITEMS_NOT_WANTED, "Remove the items, or return the application instead of passing it."
            )
        return value


class ReturnItem(Resource):
    """One correction that the centre is asked to make, with the centre's answer."""

    id: ReturnItemId
    review_id: ReviewId = Field(description="The review that asked for the correction.")
    number: Ordinal = described("The item's number within that review.", 1)
    section: ReturnSection = described("The section to correct.", "policies_and_procedures")
    pointer: Pointer | None = described(
        "The field, policy, site or contact within that section; null for the whole section.", "/appeals"
    )
    code: ReturnItemCode = described("The reason for the correction.", "out_of_date")
    asked: Note = described("What the centre is asked to do.", _ASKED)
    answer_by: date | None = described("The day by which an answer is requested, or null.", "2026-10-22")
    answer: Note | None = described("The centre's answer, or null.", example.REVISED_POLICY)
    answered_by_name: FullName | None = described("Who answered, or null.", example.SUPER_USER)
    answered_at: datetime | None = described("When the centre answered, or null.", example.ANSWERED_AT)


class ReturnItemList(Answer):
    """The items of an application's returns, newest return first."""

    items: Annotated[list[ReturnItem], up_to(limits.RETURN_ITEMS * limits.SUBMISSIONS)] = Field(
        description="The items."
    )


class ReturnItemAnswer(Request):
    """Answer a return item."""

    answer: Annotated[str, several_lines(1, 2000)] = Field(
        description="What the centre did about it.", examples=[example.REVISED_POLICY]
    )


class Review(Answer):
    """A review of one submission."""

    id: ReviewId
    stage: ReviewStage = described("The initial review, or the centre lead's review.", "initial_review")
    outcome: ReviewOutcome = described("`pass` or `return`.", "return")
    submission_id: SubmissionId = described("The submission that was reviewed.", example.FIRST_SUBMISSION_ID)
    submission_number: Ordinal = described("That submission's number.", 1)
    explanation: Explanation | None = described("The explanation for the centre, or null.", _EXPLANATION)
    internal_note: Explanation | None = described("A note among staff. Always null for a centre's users.", None)
    reviewed_by_name: FullName = described("Who reviewed it.", example.CUSTOMER_EXPERIENCE)
    reviewed_at: Moment = described("When the review was recorded.", example.RETURNED_AT)
    items: Annotated[list[ReturnItem], up_to(limits.RETURN_ITEMS)] = Field(description="The corrections asked for.")


class ReviewList(Answer):
    """Every review of an application, oldest first."""

    items: Annotated[list[Review], up_to(limits.REVIEWS)] = Field(description="The reviews.")
