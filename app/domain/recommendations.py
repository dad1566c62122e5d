"""Vocabulary of recommendations."""

from enum import StrEnum


class RecommendationOutcome(StrEnum):
    """What a centre lead can recommend (R20)."""

    ACCEPT = "accept"
    ACCEPT_WITH_ACTIONS = "accept_with_actions"
    REJECT = "reject"
