"""Vocabulary of decisions."""

from enum import StrEnum


class DecisionOutcome(StrEnum):
    """What a quality assurance manager can decide (R21)."""

    ACCEPT = "accept"
    ACCEPT_WITH_ACTIONS = "accept_with_actions"
    REJECT = "reject"
    REFER_BACK = "refer_back"
