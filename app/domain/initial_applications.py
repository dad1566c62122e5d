"""Vocabularies of initial applications."""

from enum import StrEnum


class InitialApplicationStatus(StrEnum):
    """`received`, then `account_created` or `declined`."""

    RECEIVED = "received"
    ACCOUNT_CREATED = "account_created"
    DECLINED = "declined"


class DuplicateKind(StrEnum):
    """Whether a likely duplicate is an initial application or a centre."""

    INITIAL_APPLICATION = "initial_application"
    CENTRE = "centre"


class DuplicateReason(StrEnum):
    """Why something is a likely duplicate."""

    SIMILAR_NAME = "similar_name"
    SAME_POSTCODE = "same_postcode"
    SAME_EMAIL_DOMAIN = "same_email_domain"
    LOOK_ALIKE_NAME = "look_alike_name"
    """Another name that looks the same: letters of another script, or `rn` for `m`."""
    LOOK_ALIKE_EMAIL_DOMAIN = "look_alike_email_domain"
