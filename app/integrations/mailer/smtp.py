"""Mail through an SMTP relay (RFC 5321), one connection a message."""

import asyncio
import contextlib
import ssl
from enum import StrEnum

from aiosmtplib import SMTP, SMTPException, SMTPNotSupported, SMTPRecipientsRefused, SMTPResponseException

from app.integrations.mailer.protocol import Accepted, MailRefused, MailUnavailable, Message
from app.tracing import mail_span

_PERMANENT = 500
_AUTHENTICATION = frozenset({530, 534, 535, 538})
_FAREWELL_SECONDS = 2.0
_TAKEN = 250


class SmtpSecurity(StrEnum):
    """How the connection to the relay is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


class SmtpMailer:
    """The `Mailer` of a relay.

    With STARTTLS, a relay that does not offer it gets no mail: an attacker on the line would want the fallback to plain
    text. At most `connections` are open at once; further messages wait. `timeout_seconds` bounds the connection and
    each answer until it is ready for a message, `total_seconds` all of it: then nothing is sent any more. Who gives up
    on a slow relay too early sends the letter twice; RFC 5321 section 4.5.3.2.6 would wait ten minutes.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        security: SmtpSecurity,
        username: str | None = None,
        password: str | None = None,
        connections: int = 5,
        bounces_to: str | None = None,
        bounces_per_letter: bool = False,
        timeout_seconds: float = 30,
        total_seconds: float = 240,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        """Bounces go to the sender, unless `bounces_to` names another address. With `bounces_per_letter` it carries the
        id of the letter (`bounces+01a1…@example.org`). Without `tls_context` the system's authorities are trusted."""
        self._host = host
        self._port = port
        self.security = security
        self._username = username
        self._password = password
        self.connections = connections
        self._places = asyncio.Semaphore(connections)
        self._bounces_to = bounces_to
        self._bounces_per_letter = bounces_per_letter
        self._timeout = timeout_seconds
        self._total = total_seconds
        self._tls_context = tls_context
        self.in_use = 0
        """How many connections are open."""
        self.accepted = 0
        """How many messages the relay has accepted."""

    async def send(self, message: Message) -> Accepted:
        """See `Mailer.send`."""
        async with self._places:
            self.in_use += 1
            try:
                with mail_span(self._host, self._port):
                    async with asyncio.timeout(self._total):
                        accepted = await self._send(message)
            except TimeoutError as error:
                raise MailUnavailable("the relay took too long") from error
            finally:
                self.in_use -= 1
        self.accepted += 1
        return accepted

    async def _send(self, message: Message) -> Accepted:
        relay = self._connection()
        try:
            await relay.connect()
            sender = self._return_path(message)
            # A message is ASCII, but for the local parts of addresses (RFC 6531).
            options = [] if sender.isascii() and message.content.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
            refused, words = await relay.sendmail(
                sender, message.to, message.content, mail_options=options, timeout=self._total
            )
            await _say_goodbye(relay)
        except SMTPRecipientsRefused as error:
            codes = [refusal.code for refusal in error.recipients]
            words = "; ".join(f"{refusal.code} {refusal.message}" for refusal in error.recipients)
            raise _failure(min(codes), f"every recipient was refused: {_reply(words)}") from error
        except SMTPResponseException as error:
            raise _failure(error.code, _reply(error.message)) from error
        except SMTPNotSupported as error:
            if "SMTPUTF8" in str(error):
                raise MailRefused("the relay takes no address outside ASCII") from error
            raise MailUnavailable(f"the relay cannot do what is asked of it: {_reply(str(error))}") from error
        except (SMTPException, OSError) as error:
            raise MailUnavailable(f"the relay cannot be reached: {type(error).__name__}") from error
        finally:
            relay.close()
        said = {address: _reply(f"{answer.code} {answer.message}") for address, answer in refused.items()}
        return Accepted(_reply(f"{_TAKEN} {words}"), said)

    def _return_path(self, message: Message) -> str:
        """Where bounces go (RFC 5321's MAIL FROM)."""
        if self._bounces_to is None or not self._bounces_per_letter:
            return self._bounces_to or message.sender
        local, _, domain = self._bounces_to.rpartition("@")
        letter = message.message_id.strip("<>").partition("@")[0]
        return f"{local}+{letter}@{domain}"

    def _connection(self) -> SMTP:
        return SMTP(
            hostname=self._host,
            port=self._port,
            username=self._username,
            password=self._password,
            timeout=self._timeout,
            use_tls=self.security is SmtpSecurity.TLS,
            start_tls=self.security is SmtpSecurity.STARTTLS,
            tls_context=self._tls_context,
        )


async def _say_goodbye(relay: SMTP) -> None:
    """What the relay has accepted, it has accepted: this neither fails nor is cut off."""
    with contextlib.suppress(SMTPException, OSError, asyncio.CancelledError):
        await relay.quit(timeout=_FAREWELL_SECONDS)


def _failure(code: int, reason: str) -> MailRefused | MailUnavailable:
    """The relay calls a refused log-in permanent, but the operator can fix it: retry the message."""
    kind = MailRefused if code >= _PERMANENT and code not in _AUTHENTICATION else MailUnavailable
    return kind(f"the relay answered {code}: {reason}")


def _reply(text: str) -> str:
    return " ".join(text.split())[:200]
