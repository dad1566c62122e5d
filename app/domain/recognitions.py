"""Vocabularies of recognitions and their certificates."""

from enum import StrEnum


class RecognitionStatus(StrEnum):
    """The status of a recognition."""

    ACTIVE = "active"
    ENDED = "ended"


class CertificateStatus(StrEnum):
    """The status of a certificate."""

    ACTIVE = "active"
    ENDED = "ended"
    REPLACED = "replaced"
