"""Vocabularies of actions."""

from enum import StrEnum


class ActionStatus(StrEnum):
    """An action's own small machine (R23): open, evidence sent (and perhaps open again), closed."""

    OPEN = "open"
    EVIDENCE_SENT = "evidence_sent"
    CLOSED = "closed"


class ActionClosureOutcome(StrEnum):
    """What a centre lead says to an action's evidence (R23)."""

    CLOSED = "closed"
    MORE_EVIDENCE_NEEDED = "more_evidence_needed"
