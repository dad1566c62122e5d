"""The mailbox that bounces are sent to, over IMAP (RFC 9051). It blocks, so call it in a thread."""

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from app.settings import Bounces, Settings

# The report stands before the returned message, and the headers of that at its beginning.
_MOST_BYTES = 262_144
_IMPLICIT_TLS_PORT = 993


class MailboxError(Exception):
    """The mailbox cannot be read; the text says why, without secrets."""


@dataclass(frozen=True)
class Unread:
    """Unread messages: the beginning of each, by its number in this state of the folder."""

    validity: str
    messages: dict[bytes, bytes]


@dataclass(frozen=True)
class Mailbox:
    """A folder of an account."""

    host: str
    port: int
    username: str
    password: str
    folder: str
    implicit_tls: bool
    """TLS from the first byte (RFC 8314); otherwise STARTTLS, unless `start_tls` is off."""
    start_tls: bool = True
    timeout_seconds: float = 30
    tls_context: ssl.SSLContext | None = None
    """Without it the system's authorities are trusted."""

    def fetch_unread(self, most: int) -> Unread:
        """Fetch the oldest unread messages, and leave them unread. Raises `MailboxError`."""
        with self._opened() as (connection, validity):
            found = _ok(connection.uid("SEARCH", "UNSEEN", "UNDELETED"))
            numbers = [number for part in found if isinstance(part, bytes) for number in part.split()][:most]
            return Unread(validity, {number: _fetch(connection, number) for number in numbers})

    def check(self) -> None:
        """Open the folder, and do nothing. Raises `MailboxError`."""
        with self._opened():
            return

    def mark_read(self, unread: Unread) -> None:
        """Mark the messages as read, unless the folder was made anew meanwhile. Raises `MailboxError`."""
        if not unread.messages:
            return
        with self._opened() as (connection, validity):
            if validity == unread.validity:
                numbers = b",".join(unread.messages).decode("ascii")
                _ok(connection.uid("STORE", numbers, "+FLAGS.SILENT", "(\\Seen)"))

    @contextmanager
    def _opened(self) -> Iterator[tuple[imaplib.IMAP4, str]]:
        try:
            connection = self._connect()
            try:
                if self.start_tls and not self.implicit_tls:
                    connection.starttls(self._context())
                connection.login(self.username, self.password)
                _ok(connection.select(_quoted(self.folder)))
                yield connection, repr(connection.response("UIDVALIDITY")[1])
                connection.logout()
            finally:
                with suppress(OSError):
                    connection.shutdown()
        except (imaplib.IMAP4.error, OSError, ValueError) as error:
            raise MailboxError(f"the mailbox at {self.host}:{self.port} cannot be read: {_why(error)}") from error

    def _connect(self) -> imaplib.IMAP4:
        if self.implicit_tls:
            return imaplib.IMAP4_SSL(self.host, self.port, ssl_context=self._context(), timeout=self.timeout_seconds)
        return imaplib.IMAP4(self.host, self.port, timeout=self.timeout_seconds)

    def _context(self) -> ssl.SSLContext:
        return self.tls_context or ssl.create_default_context()


def open_mailbox(settings: Settings) -> Mailbox | None:
    """The mailbox of `BOUNCES__IMAP_HOST`; None without one."""
    bounces: Bounces = settings.bounces
    if bounces.imap_host is None or bounces.username is None or bounces.password is None:
        return None
    return Mailbox(
        bounces.imap_host,
        bounces.imap_port,
        bounces.username,
        bounces.password.get_secret_value(),
        bounces.folder,
        implicit_tls=bounces.imap_port == _IMPLICIT_TLS_PORT,
        start_tls=bounces.start_tls,
    )


def _fetch(connection: imaplib.IMAP4, number: bytes) -> bytes:
    found = _ok(connection.uid("FETCH", number.decode("ascii"), f"(BODY.PEEK[]<0.{_MOST_BYTES}>)"))
    return next((part[1] for part in found if isinstance(part, tuple)), b"")


def _ok(answer: tuple[str, Sequence[object]]) -> list[object]:
    """The data of an answer. Raises `imaplib.IMAP4.error` for a refusal."""
    state, data = answer
    if state != "OK":
        raise imaplib.IMAP4.error(repr(data))
    return [part for part in data if part is not None]


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _why(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
