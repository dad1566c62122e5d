"""Build one message as mail systems expect it: RFC 5322, RFC 2045 to 2047, RFC 3834."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from email_validator import EmailNotValidError, validate_email

from app.integrations.mailer.protocol import MailRefused

_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>\s*")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,400}@[!-;=?A-~]{1,255}>")
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
_UNKNOWN_TYPE = ("application", "octet-stream")


@dataclass(frozen=True)
class Attachment:
    """An attachment; `media_type` such as `application/pdf`."""

    filename: str
    media_type: str
    content: bytes


def build_message(
    *,
    sender: str,
    to: Sequence[str],
    subject: str,
    text: str,
    html: str,
    message_id: str,
    date: datetime,
    reply_to: str | None = None,
    attachments: Sequence[Attachment] = (),
) -> EmailMessage:
    """A multipart message with a plain and an HTML reading, marked as sent by a system (RFC 3834).

    `sender`, `reply_to` and each of `to` are addresses with or without a name (`Jane Doe <jane@example.org>`); a domain
    outside ASCII becomes its IDNA 2008 form, a local part outside ASCII stays and needs a relay with SMTPUTF8 (RFC
    6531).
    `message_id` has the form `<unique@domain>`, `date` an offset. Line breaks and control characters in the subject,
    in names and in file names become spaces, so that none of them can start a new header. Raises `MailRefused` for
    an invalid address, for no address at all, and for a malformed `message_id`.
    """
    if not to:
        raise MailRefused("a message needs somebody to go to")
    senders = _address(sender)
    recipients = [_address(one) for one in to]
    replies = [_address(reply_to)] if reply_to is not None else []
    needs_utf8 = any(outside_ascii for _, outside_ascii in (senders, *recipients, *replies))
    message = EmailMessage(policy=SMTPUTF8 if needs_utf8 else SMTP)
    message["From"] = senders[0]
    message["To"] = ", ".join(recipient for recipient, _ in recipients)
    for address, _ in replies:
        message["Reply-To"] = address
    message["Subject"] = _one_line(subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = _message_id(message_id)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for attachment in attachments:
        maintype, subtype = _media_type(attachment.media_type)
        message.add_attachment(
            attachment.content, maintype=maintype, subtype=subtype, filename=_one_line(attachment.filename)
        )
    return message


def _one_line(text: str) -> str:
    """Replace control characters, line separators and lone surrogates by spaces, and collapse spaces."""
    return " ".join("".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text).split())


def _address(text: str) -> tuple[str, bool]:
    """The address as a header value, and whether its local part is outside ASCII."""
    named = _NAMED.fullmatch(text)
    name, address = (named["name"].strip().strip('"'), named["address"]) if named else ("", text)
    try:
        valid = validate_email(address.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise MailRefused("an address of the message is none") from error
    spec = f"{valid.local_part}@{valid.ascii_domain}"
    outside_ascii = not valid.local_part.isascii()
    if outside_ascii:
        # `Address` takes no such local part; without the name the bare address needs no quoting.
        return spec, True
    return str(Address(display_name=_one_line(name), addr_spec=spec)), False


def _message_id(text: str) -> str:
    if not _MESSAGE_ID.fullmatch(text):
        raise MailRefused("a message id has the form <unique@domain>")
    return text


def _media_type(text: str) -> tuple[str, str]:
    maintype, _, subtype = text.partition("/")
    return (maintype, subtype) if _TOKEN.fullmatch(maintype) and _TOKEN.fullmatch(subtype) else _UNKNOWN_TYPE
