"""Vocabularies of reviews and return items."""

from enum import StrEnum


class ReviewOutcome(StrEnum):
    """What a review does (R17)."""

    PASS = "pass"
    RETURN = "return"


class ReturnItemCode(StrEnum):
    """Why something has to be mended (R17)."""

    MISSING_INFORMATION = "missing_information"
    UNCLEAR = "unclear"
    INCONSISTENT = "inconsistent"
    DOES_NOT_MEET_REQUIREMENT = "does_not_meet_requirement"
    WRONG_DOCUMENT = "wrong_document"
    OUT_OF_DATE = "out_of_date"
    OTHER = "other"


class ReviewStage(StrEnum):
    """Who returned or passed: customer experience at the initial review, or the centre lead (R17, R19)."""

    INITIAL_REVIEW = "initial_review"
    CENTRE_LEAD_REVIEW = "centre_lead_review"
