"""Vocabulary of recommendations."""

from enum import StrEnum


class RecommendationOutcome(StrEnum):
    """A recommendation of the centre lead."""

    ACCEPT = "accept"
    ACCEPT_WITH_ACTIONS = "accept_with_actions"
    REJECT = "reject"
