"""Vocabulary of decisions."""

from enum import StrEnum


class DecisionOutcome(StrEnum):
    """A decision of the quality assurance manager."""

    ACCEPT = "accept"
    ACCEPT_WITH_ACTIONS = "accept_with_actions"
    REJECT = "reject"
    REFER_BACK = "refer_back"
