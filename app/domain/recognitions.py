"""Vocabulary of recognitions."""

from enum import StrEnum


class RecognitionStatus(StrEnum):
    """The status of a recognition."""

    ACTIVE = "active"
    ENDED = "ended"
