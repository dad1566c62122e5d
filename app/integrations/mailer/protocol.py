"""What a mailer promises, and the two ways in which it fails."""

from email.message import EmailMessage
from typing import Protocol


class MailError(Exception):
    """A message did not go out; the text says why, without the message's content and without secrets."""


class MailRefused(MailError):
    """The message will never be accepted as it is: do not try again."""


class MailUnavailable(MailError):
    """The message was not accepted now: try again later."""


class Mailer(Protocol):
    """Hands a message over."""

    async def send(self, message: EmailMessage) -> None:
        """Hand `message` over to the addresses in its `To`; returns once they are answered for.

        At least once: a connection lost after the content went out ends in `MailUnavailable` although the relay may
        have it, and the `Message-ID` lets the receiver drop the second copy. Raises `MailRefused`, `MailUnavailable`.
        """
