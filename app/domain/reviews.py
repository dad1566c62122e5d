"""Vocabularies of reviews and return items."""

from enum import StrEnum


class ReviewOutcome(StrEnum):
    """The outcome of a review."""

    PASS = "pass"
    RETURN = "return"


class ReturnItemCode(StrEnum):
    """The reason for a correction."""

    MISSING_INFORMATION = "missing_information"
    UNCLEAR = "unclear"
    INCONSISTENT = "inconsistent"
    DOES_NOT_MEET_REQUIREMENT = "does_not_meet_requirement"
    WRONG_DOCUMENT = "wrong_document"
    OUT_OF_DATE = "out_of_date"
    OTHER = "other"


class ReviewStage(StrEnum):
    """The initial review by customer experience, or the review by the centre lead."""

    INITIAL_REVIEW = "initial_review"
    CENTRE_LEAD_REVIEW = "centre_lead_review"
