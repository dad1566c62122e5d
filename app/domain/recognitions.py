"""Vocabulary of recognitions."""

from enum import StrEnum


class RecognitionStatus(StrEnum):
    """A recognition has a history of its own, apart from the application and the centre (R22)."""

    ACTIVE = "active"
    ENDED = "ended"
