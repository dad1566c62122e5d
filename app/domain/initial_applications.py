"""Vocabularies of initial applications."""

from enum import StrEnum


class InitialApplicationStatus(StrEnum):
    """`received`, then either an account or a decline (R03, R04)."""

    RECEIVED = "received"
    ACCOUNT_CREATED = "account_created"
    DECLINED = "declined"


class DuplicateKind(StrEnum):
    """What a likely duplicate is (R03)."""

    INITIAL_APPLICATION = "initial_application"
    CENTRE = "centre"


class DuplicateReason(StrEnum):
    """Why something is shown as a likely duplicate (R03)."""

    SIMILAR_NAME = "similar_name"
    SAME_POSTCODE = "same_postcode"
    SAME_EMAIL_DOMAIN = "same_email_domain"
