"""Vocabularies of actions."""

from enum import StrEnum


class ActionStatus(StrEnum):
    """`open`, then `evidence_sent`, then `closed`, or `open` again if more evidence is needed."""

    OPEN = "open"
    EVIDENCE_SENT = "evidence_sent"
    CLOSED = "closed"


class ActionClosureOutcome(StrEnum):
    """The centre lead's verdict on an action's evidence."""

    CLOSED = "closed"
    MORE_EVIDENCE_NEEDED = "more_evidence_needed"
