"""A real SMTP relay on loopback with configurable replies, pauses and moments."""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Event

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Relay:
    """Keeps accepted messages. Replies to the next messages with `answers`, one each, then accepts."""

    def __init__(self, *answers: str, pause: float = 0) -> None:
        """`pause` is how many seconds it thinks about each message before it accepts it."""
        self.answers = list(answers)
        self.accepted: list[EmailMessage] = []
        self.refused: dict[str, str] = {}
        """What it says to recipients that it does not take."""
        self.senders: list[str] = []
        """The envelope sender of each message."""
        self.port = 0
        self.pause = pause
        self.hangs = Event()
        """While set, it answers no message."""
        self.has_message = Event()
        """Set once it has the content of a message, before it answers."""
        self.before_answer: Callable[[], None] = lambda: None
        self.after_answer: Callable[[], None] = lambda: None
        """Called when the sender says goodbye, and so has the answer."""
        self.open = 0
        self.most_open = 0

    @property
    def copies(self) -> Counter[str]:
        """How often it has accepted each message."""
        return Counter(str(message["Message-ID"]) for message in self.accepted)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.senders.append(address)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.has_message.set()
        self.before_answer()
        while self.hangs.is_set():  # noqa: ASYNC110 - the event is another thread's
            await asyncio.sleep(0.05)
        await asyncio.sleep(self.pause)
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        self.accepted.append(message_from_bytes(envelope.content, EmailMessage, policy=default))
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.after_answer()
        return "221 Bye"


class _Counted(SMTP):
    event_handler: Relay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.event_handler.open += 1
        self.event_handler.most_open = max(self.event_handler.most_open, self.event_handler.open)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.open -= 1
        super().connection_lost(error)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Counted(self.handler, enable_SMTPUTF8=True)


@contextmanager
def running(relay: Relay) -> Iterator[Relay]:
    """Listen while the block runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        relay.port = int(probe.getsockname()[1])
    controller = _Controller(relay, hostname="127.0.0.1", port=relay.port)
    controller.start()
    try:
        yield relay
    finally:
        relay.hangs.clear()
        controller.stop()
