"""Vocabularies of interviews."""

from enum import StrEnum


class InterviewStatus(StrEnum):
    """The interview's own small machine: arranged, then one of the others."""

    ARRANGED = "arranged"
    HELD = "held"
    CANCELLED = "cancelled"
    NOT_ATTENDED = "not_attended"


class InterviewOutcome(StrEnum):
    """What became of an arranged interview (R19)."""

    HELD = "held"
    CANCELLED = "cancelled"
    NOT_ATTENDED = "not_attended"


class InterviewMode(StrEnum):
    """How the interview is held."""

    ONLINE = "online"
    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
