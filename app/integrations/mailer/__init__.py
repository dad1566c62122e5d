"""Outgoing mail: one protocol, an SMTP relay, and a folder that replaces the relay in development."""

from pathlib import Path

from app.integrations.mailer.capture import (
    CapturedMail,
    CaptureMailer,
    clear_captured,
    find_captured,
    find_captured_file,
    read_captured,
    recent_captured,
)
from app.integrations.mailer.message import build_message
from app.integrations.mailer.protocol import (
    Accepted,
    Attachment,
    Mailer,
    MailError,
    MailRefused,
    MailUnavailable,
    Message,
)
from app.integrations.mailer.smtp import SmtpMailer, SmtpSecurity
from app.settings import Settings

__all__ = [
    "Accepted",
    "Attachment",
    "CaptureMailer",
    "CapturedMail",
    "MailError",
    "MailRefused",
    "MailUnavailable",
    "Mailer",
    "Message",
    "SmtpMailer",
    "SmtpSecurity",
    "build_message",
    "capture_folder",
    "clear_captured",
    "find_captured",
    "find_captured_file",
    "open_mailer",
    "read_captured",
    "recent_captured",
]

_IMPLICIT_TLS_PORT = 465


def capture_folder(settings: Settings) -> Path:
    """Where the mail of a deployment without a relay is kept."""
    return settings.data_dir / "mail"


def open_mailer(settings: Settings) -> Mailer:
    """The deployment's mailer: the relay of `SMTP__HOST`, or without one a folder, `DATA_DIR/mail`.

    Port 465 speaks TLS from the first byte (RFC 8314); any other port must offer STARTTLS, unless that is switched
    off for a relay on the same machine.
    """
    smtp = settings.smtp
    if smtp.host is None:
        return CaptureMailer(capture_folder(settings))
    if smtp.port == _IMPLICIT_TLS_PORT:
        security = SmtpSecurity.TLS
    else:
        security = SmtpSecurity.STARTTLS if smtp.start_tls else SmtpSecurity.PLAIN
    return SmtpMailer(
        smtp.host,
        smtp.port,
        security=security,
        username=smtp.username,
        password=smtp.password.get_secret_value() if smtp.password else None,
        connections=smtp.connections,
        bounces_to=settings.bounces.address,
        bounces_per_letter=settings.bounces.per_letter,
        # Whoever takes the letter over must not do so while it is being sent.
        total_seconds=smtp.repeat_after_seconds * 0.8,
    )
