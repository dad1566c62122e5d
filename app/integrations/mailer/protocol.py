"""The mailer protocol, what it carries, and its two errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class MailError(Exception):
    """A message did not go out; the text says why, without the message's content and without secrets."""


class MailRefused(MailError):
    """The message will never be accepted: do not retry."""


class MailUnavailable(MailError):
    """The message was not accepted now: retry later."""


@dataclass(frozen=True)
class Attachment:
    """An attachment; `media_type` such as `application/pdf`."""

    filename: str
    media_type: str
    content: bytes
    calendar_method: str | None = None
    """`REQUEST` or `CANCEL`, for a calendar file that readers apply to their calendar (RFC 6047)."""


@dataclass(frozen=True)
class Message:
    """A message as it goes out: `content` is what was read back and found to be as intended, byte for byte."""

    sender: str
    to: tuple[str, ...]
    """Bare addresses."""
    message_id: str
    subject: str
    date: datetime
    content: bytes


@dataclass(frozen=True)
class Accepted:
    """What the relay said when it took the message."""

    words: str | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    """What it said to each recipient that it did not take. A retry would send a second copy to the others."""


class Mailer(Protocol):
    """Hands a message over."""

    async def send(self, message: Message) -> Accepted:
        """Send `message` to the addresses of `to`; returns once the relay has accepted it for one of them or more.

        At least once: a connection lost after the content went out ends in `MailUnavailable` although the relay may
        have it, and the `Message-ID` lets the receiver drop the second copy. Raises `MailRefused`, `MailUnavailable`.
        """
