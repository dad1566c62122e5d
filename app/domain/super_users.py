"""Replacing a centre's super user who is lost: who asks is checked first, and recorded (R10)."""

from datetime import datetime
from enum import StrEnum

from app.domain.vocabularies import Vocabulary


class IdentityCheckMethod(Vocabulary):
    """How customer experience made sure of who asks for a centre. Each uses a channel known before they were asked."""

    CALLED_BACK = "called_back", "Called back on a telephone number known before"
    VIDEO_CALL = "video_call", "Seen with an identity document in a video call"
    IN_PERSON = "in_person", "Seen with an identity document in person"
    CONFIRMED_BY_HEAD = "confirmed_by_head", "Confirmed by the head of organisation, reached by details known before"


class SuperUserReplacementStatus(StrEnum):
    """`waiting` until the successor has accepted or chosen a password, then `made`; or `cancelled`."""

    WAITING = "waiting"
    MADE = "made"
    CANCELLED = "cancelled"


def replacement_status(made_at: datetime | None, cancelled_at: datetime | None) -> SuperUserReplacementStatus:
    """Derive the status."""
    if made_at is not None:
        return SuperUserReplacementStatus.MADE
    return SuperUserReplacementStatus.WAITING if cancelled_at is None else SuperUserReplacementStatus.CANCELLED
