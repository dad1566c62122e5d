"""Uploaded files whose content is removed for good. Their hash and their record stay."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from app.domain.working_days import london_date

REDACTION_LASTS: Final = timedelta(days=7)
"""How long a redaction waits for its second person."""


class UploadKind(StrEnum):
    """A kind of uploaded file."""

    POLICY_VERSION = "policy_version"
    ACTION_EVIDENCE = "action_evidence"
    DOCUMENT = "document"


class RedactionReason(StrEnum):
    """Why a file should never have been uploaded."""

    PERSONAL_DATA = "personal_data"
    WRONG_ORGANISATION = "wrong_organisation"
    OTHER = "other"


REASONS: Final = {
    RedactionReason.PERSONAL_DATA: "it contains personal data that should not be there",
    RedactionReason.WRONG_ORGANISATION: "it belongs to another organisation",
    RedactionReason.OTHER: "it should not have been there",
}
"""The reason in a sentence."""


class RedactionStatus(StrEnum):
    """What became of a redaction."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def redacted_name(file_name: str) -> str:
    """What stands in place of a file's name that goes with its content: the ending stays."""
    return f"redacted.{file_name.rpartition('.')[2]}"


def backups_until(gone_at: datetime | None, backups_days: int | None) -> date | None:
    """The last day on which a backup can still hold what is gone from the store; None if nobody has said for how long
    backups are kept."""
    if gone_at is None or backups_days is None:
        return None
    return london_date(gone_at) + timedelta(days=backups_days)
