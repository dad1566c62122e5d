"""Vocabulary of uploaded files."""

from enum import StrEnum


class InspectionState(StrEnum):
    """What was found when a file was looked at; only one that passed counts or leaves the store (R13)."""

    PENDING = "pending"
    PASSED = "passed"
    REFUSED = "refused"
