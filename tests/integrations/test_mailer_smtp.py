"""The relay adapter against a real SMTP server on loopback: every refusal, then the good paths."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from app.integrations.mailer import (
    Accepted,
    MailRefused,
    MailUnavailable,
    Message,
    SmtpMailer,
    SmtpSecurity,
    build_message,
    open_mailer,
)
from app.settings import Settings, Smtp

PASSWORD = "correct horse"

# aiosmtpd itself calls what Python has deprecated; only its own calls are excused.
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:aiosmtpd", "ignore:Session.login_data is deprecated"
)


class Inbox:
    """A handler that answers each stage with what the test set, and keeps what it accepted."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.accepted: list[Envelope] = []

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("mail", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, self.answers.get("rcpt", "250 OK"))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "data" in self.answers:
            return self.answers["data"]
        self.accepted.append(envelope)
        return "250 OK"


@contextmanager
def _running(handler: Any, **options: Any) -> Iterator[Controller]:
    controller = Controller(handler, hostname="127.0.0.1", port=_free_port(), **options)
    controller.start()
    try:
        yield controller
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _message(*to: str) -> Message:
    return build_message(
        sender="AIM <no-reply@aimgroup.org.uk>",
        to=to or ["jane@example.org"],
        subject="Grüße",
        text=".\nHello\n",
        html="<p>Hello</p>",
        message_id="<1@aimgroup.org.uk>",
        date=datetime(2026, 11, 23, tzinfo=UTC),
    )


def _send(port: int, *to: str, security: SmtpSecurity = SmtpSecurity.PLAIN, **options: Any) -> Accepted:
    mailer = SmtpMailer("127.0.0.1", port, security=security, **({"timeout_seconds": 5} | options))
    return asyncio.run(mailer.send(_message(*to)))


@pytest.mark.parametrize(
    ("stage", "answer", "error"),
    [
        ("rcpt", "550 No such user", MailRefused),
        ("rcpt", "553 Mailbox name not allowed", MailRefused),
        ("rcpt", "451 Try again later", MailUnavailable),
        ("rcpt", "450 Greylisted", MailUnavailable),
        ("mail", "550 Sender unknown", MailRefused),
        ("mail", "530 Authentication required", MailUnavailable),
        ("mail", "421 Closing down", MailUnavailable),
        ("data", "554 Looks like spam", MailRefused),
        ("data", "552 Too large", MailRefused),
        ("data", "452 Out of storage", MailUnavailable),
    ],
)
def test_permanent_failures_are_refused_and_others_retried(stage: str, answer: str, error: type[Exception]) -> None:
    inbox = Inbox(**{stage: answer})
    with _running(inbox) as server, pytest.raises(error, match=answer[:3]):
        _send(server.port)
    assert inbox.accepted == []


def test_one_temporary_refusal_among_permanent_ones_is_retried() -> None:
    inbox = Inbox(**{"a@example.org": "550 No", "b@example.org": "451 Later"})
    with _running(inbox) as server, pytest.raises(MailUnavailable, match="refused: 550 No; 451 Later"):
        _send(server.port, "a@example.org", "b@example.org")


def test_a_partly_delivered_message_is_never_resent() -> None:
    inbox = Inbox(**{"b@example.org": "451 Later"})
    with _running(inbox) as server:
        accepted = _send(server.port, "a@example.org", "b@example.org")
    assert accepted.refused == {"b@example.org": "451 Later"}
    assert accepted.words is not None
    assert accepted.words.startswith("250 ")
    assert [envelope.rcpt_tos for envelope in inbox.accepted] == [["a@example.org"]]


def test_nobody_listening_is_unavailable() -> None:
    with pytest.raises(MailUnavailable):
        _send(_free_port())


def test_a_name_that_does_not_resolve_is_unavailable() -> None:
    mailer = SmtpMailer("no-such-host.invalid", 25, security=SmtpSecurity.PLAIN, timeout_seconds=5)
    with pytest.raises(MailUnavailable):
        asyncio.run(mailer.send(_message()))


@pytest.mark.parametrize(
    "serve",
    [
        pytest.param(lambda peer: None, id="silent"),
        pytest.param(lambda peer: peer.sendall(b"220 hello\r\n"), id="stalls"),
        pytest.param(lambda peer: peer.close(), id="hangs-up"),
        pytest.param(lambda peer: peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), id="not-smtp"),
        pytest.param(lambda peer: peer.sendall(b"554 not here\r\n"), id="turned-away"),
    ],
)
def test_a_silent_relay_times_out(serve: Callable[[socket.socket], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        async def run() -> None:
            mailer = SmtpMailer(
                "127.0.0.1", listener.getsockname()[1], security=SmtpSecurity.PLAIN, timeout_seconds=0.3
            )
            sending = asyncio.create_task(mailer.send(_message()))
            peer, _ = await asyncio.to_thread(listener.accept)
            with peer:
                serve(peer)
                await asyncio.wait_for(sending, 5)

        with pytest.raises((MailUnavailable, MailRefused)):
            asyncio.run(run())


def test_a_relay_without_starttls_gets_no_mail() -> None:
    inbox = Inbox()
    with _running(inbox) as server, pytest.raises(MailUnavailable):
        _send(server.port, security=SmtpSecurity.STARTTLS)
    assert inbox.accepted == []


def test_a_relay_with_an_untrusted_certificate_gets_no_mail(tmp_path: Path) -> None:
    inbox = Inbox()
    with _running(inbox, tls_context=_server_context(tmp_path)) as server, pytest.raises(MailUnavailable):
        _send(server.port, security=SmtpSecurity.STARTTLS)
    assert inbox.accepted == []


@pytest.mark.parametrize("password", ["wrong", PASSWORD])
def test_a_wrong_password_fails_and_stays_out_of_the_error(tmp_path: Path, password: str) -> None:
    inbox = Inbox()
    options: dict[str, Any] = {
        "tls_context": _server_context(tmp_path),
        "authenticator": _authenticate,
        "auth_required": True,
    }
    login: dict[str, Any] = {
        "security": SmtpSecurity.STARTTLS,
        "username": "relay-user",
        "password": password,
        "tls_context": _trusting(tmp_path),
    }
    with _running(inbox, **options) as server:
        if password == PASSWORD:
            _send(server.port, **login)
        else:
            with pytest.raises(MailUnavailable) as refused:
                _send(server.port, **login)
            assert password not in str(refused.value)
    assert len(inbox.accepted) == (password == PASSWORD)


def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    inbox = Inbox()
    with _running(inbox, ssl_context=_server_context(tmp_path)) as server:
        _send(server.port, security=SmtpSecurity.TLS, tls_context=_trusting(tmp_path))
    assert len(inbox.accepted) == 1


def test_the_message_arrives_as_it_was_built() -> None:
    inbox = Inbox()
    with _running(inbox) as server:
        _send(server.port, "Jane Doe <jane@example.org>", "eve@bücher.example")
    [envelope] = inbox.accepted
    assert envelope.mail_from == "no-reply@aimgroup.org.uk"
    assert envelope.rcpt_tos == ["jane@example.org", "eve@xn--bcher-kva.example"]
    assert isinstance(envelope.content, bytes)
    assert b"Message-ID: <1@aimgroup.org.uk>\r\n" in envelope.content
    assert b"\r\n.\r\nHello\r\n" in envelope.content


def test_an_address_outside_ascii_goes_only_to_a_relay_that_takes_it() -> None:
    inbox = Inbox()
    with _running(inbox, enable_SMTPUTF8=False) as server, pytest.raises(MailRefused):
        _send(server.port, "zoë@example.org")
    with _running(inbox, enable_SMTPUTF8=True) as server:
        _send(server.port, "zoë@example.org")
    assert [envelope.rcpt_tos for envelope in inbox.accepted] == [["zoë@example.org"]]


@pytest.mark.parametrize(
    ("smtp", "security"),
    [
        (Smtp(host="relay.example.org"), SmtpSecurity.STARTTLS),
        (Smtp(host="relay.example.org", port=465), SmtpSecurity.TLS),
        (Smtp(host="127.0.0.1", port=2525, start_tls=False), SmtpSecurity.PLAIN),
    ],
)
def test_the_settings_choose_how_the_line_is_protected(smtp: Smtp, security: SmtpSecurity) -> None:
    mailer = open_mailer(Settings(smtp=smtp))
    assert isinstance(mailer, SmtpMailer)
    assert mailer.security is security


def test_the_configured_relay_is_used() -> None:
    inbox = Inbox()
    with _running(inbox) as server:
        smtp = Smtp(host="127.0.0.1", port=server.port, start_tls=False, password=SecretStr("unused"))
        asyncio.run(open_mailer(Settings(smtp=smtp)).send(_message()))
    assert len(inbox.accepted) == 1


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    accepted = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=accepted, handled=False)


def _server_context(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


def _trusting(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / "certificate.pem"))
