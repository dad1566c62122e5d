"""Webhooks: the states of a delivery, and when a failed one is tried again."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final


class DeliveryStatus(StrEnum):
    """What became of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class DeliveryKind(StrEnum):
    """Why something is delivered."""

    EVENT = "event"
    REDELIVERY = "redelivery"
    TEST = "test"


class DisabledReason(StrEnum):
    """Why an endpoint is disabled."""

    BY_REQUEST = "by_request"
    GONE = "gone"
    EXHAUSTED = "exhausted"
    NOT_ALLOWED = "not_allowed"


TEST_EVENT: Final = "webhook_endpoint.tested"
"""The type of a test event, which is not in the feed."""

GONE: Final = 410

BUSY: Final = frozenset({429, 503})
"""With these a receiver speaks for all of itself: their `Retry-After` holds back the endpoint. That of another answer
holds back its delivery."""

RETRIES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 20)),
)
"""The pauses before the second to the tenth attempt: 71 hours and 35 minutes in all, as Standard Webhooks suggests."""

JITTER: Final = 0.1
"""A pause is longer or shorter by up to this share, so that what failed together is not retried together."""

LONGEST_ASKED: Final = timedelta(hours=24)
"""A receiver can put an attempt off by `Retry-After` no further than this."""

GIVEN_UP_AFTER: Final = timedelta(hours=72)
"""An endpoint that took nothing for so long is disabled, also where its pauses kept every schedule from running out."""

OUTAGE: Final = timedelta(minutes=5)
"""After a shorter one, nothing waits long for its next attempt."""

CATCHING_UP: Final = timedelta(minutes=1)
"""After an outage, what waits is tried within this time, not all at once."""


def shown(url: str) -> str:
    """The URL for answers, logs and audit. A query often holds the receiver's token."""
    address, mark, _ = url.partition("?")
    return f"{address}?***" if mark else address


def pause_after(attempts: int, chance: float) -> timedelta | None:
    """The pause when this many attempts have failed; None when the schedule is exhausted. `chance` is from 0 to 1."""
    if attempts > len(RETRIES):
        return None
    return RETRIES[attempts - 1] * (1 + JITTER * (2 * chance - 1))


def asked_pause(retry_after: str | None, now: datetime) -> timedelta:
    """The pause that a `Retry-After` asks for, in seconds or as a date (RFC 9110 section 10.2.3). Zero for nonsense."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_ASKED)
    try:
        until = parsedate_to_datetime(text)
        asked = (until if until.tzinfo is not None else until.replace(tzinfo=UTC)) - now
    except (TypeError, ValueError, IndexError, OverflowError):
        return timedelta(0)
    return max(timedelta(0), min(asked, LONGEST_ASKED))
