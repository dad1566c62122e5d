"""Vocabulary of uploaded files."""

from enum import StrEnum


class InspectionState(StrEnum):
    """The result of inspecting a file. Only a file that passed counts and can be downloaded."""

    PENDING = "pending"
    PASSED = "passed"
    REFUSED = "refused"
