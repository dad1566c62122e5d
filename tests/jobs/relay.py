"""A real SMTP relay on loopback with configurable replies."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Relay:
    """Keeps accepted messages. Replies to the next messages with `answers`, one each, then accepts."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.accepted: list[EmailMessage] = []
        self.port = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        self.accepted.append(message_from_bytes(envelope.content, EmailMessage, policy=default))
        return "250 OK"


@contextmanager
def running(relay: Relay) -> Iterator[Relay]:
    """Listen while the block runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        relay.port = int(probe.getsockname()[1])
    controller = Controller(relay, hostname="127.0.0.1", port=relay.port)
    controller.start()
    try:
        yield relay
    finally:
        controller.stop()
