"""Vocabularies of interviews."""

from enum import StrEnum


class InterviewStatus(StrEnum):
    """`arranged`, then one of the others."""

    ARRANGED = "arranged"
    HELD = "held"
    CANCELLED = "cancelled"
    NOT_ATTENDED = "not_attended"


class InterviewOutcome(StrEnum):
    """The outcome of an arranged interview."""

    HELD = "held"
    CANCELLED = "cancelled"
    NOT_ATTENDED = "not_attended"


class InterviewMode(StrEnum):
    """How an interview is held."""

    ONLINE = "online"
    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
