"""Vocabulary of changes of a centre's names."""

from enum import StrEnum


class NameChangeStatus(StrEnum):
    """What became of a request."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    REPLACED = "replaced"
