"""Build one message as mail systems expect it: RFC 5322, RFC 2045 to 2047, RFC 2231, RFC 3834."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import format_datetime

from email_validator import EmailNotValidError, validate_email

from app.integrations.mailer.header_text import attachment_disposition, mailbox, one_line, unstructured
from app.integrations.mailer.parse_back import Intended, require_as_intended
from app.integrations.mailer.protocol import Attachment, MailRefused, Message

_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,400}@[!-;=?A-~]{1,255}>")
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
_UNKNOWN_TYPE = ("application", "octet-stream")


class _AsWritten(EmailPolicy):
    """Emits each header exactly as it was set: the library would decode and fold it again."""

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        return name, value


_AS_WRITTEN = _AsWritten(linesep="\r\n", refold_source="none", utf8=True)


@dataclass(frozen=True)
class _Mailbox:
    name: str
    address: str


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
) -> Message:
    """A multipart message with a plain and an HTML reading, marked as sent by a system (RFC 3834).

    `sender`, `reply_to` and each of `to` are addresses with or without a name (`Jane Doe <jane@example.org>`): all
    before the last `<` is the name, literally. A domain outside ASCII becomes its IDNA 2008 form, a local part outside
    ASCII stays and needs a relay with SMTPUTF8 (RFC 6531).
    An attachment with a `calendar_method` is also a third reading of the message, beside the plain and the HTML one:
    Outlook takes only that for an invitation, other readers offer the file.
    `message_id` has the form `<unique@domain>`, `date` an offset. Line breaks and control characters in the subject,
    in names and in file names become spaces; everything else arrives as it is given, encoded words too. Raises
    `MailRefused` for an invalid address, for no address at all, for a malformed `message_id`, and if the message, read
    back, is not the one intended.
    """
    if not to:
        raise MailRefused("a message needs somebody to go to")
    from_ = _mailbox(_unquoted(sender))
    recipients = [_mailbox(one) for one in to]
    replies = [_mailbox(reply_to)] if reply_to is not None else []
    line, named = one_line(subject), [_named(attachment) for attachment in attachments]
    message = EmailMessage(policy=_AS_WRITTEN)
    message["From"] = _written([from_])
    message["To"] = _written(recipients)
    if replies:
        message["Reply-To"] = _written(replies)
    message["Subject"] = unstructured("Subject", line)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = _message_id(message_id)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for attachment in named:
        if attachment.calendar_method is not None:
            _add_calendar_reading(message, attachment)
    for attachment in named:
        _attach(message, attachment)
    content = message.as_bytes()
    intended = Intended(
        sender=(from_.name, from_.address),
        to=tuple((one.name, one.address) for one in recipients),
        reply_to=tuple((one.name, one.address) for one in replies),
        subject=line,
        message_id=message_id,
        text=text,
        html=html,
        attachments=tuple(named),
    )
    require_as_intended(content, intended)
    return Message(from_.address, tuple(one.address for one in recipients), message_id, line, date, content)


def _unquoted(sender: str) -> str:
    """The setting may be written as RFC 5322 has it: `"Aim, Ltd" <no-reply@example.org>`."""
    return re.sub(r'^\s*"([^"]*)"\s*<', r"\1 <", sender)


def _mailbox(text: str) -> _Mailbox:
    name, bracket, rest = text.rpartition("<")
    address = rest.rstrip()
    if bracket:
        if not address.endswith(">"):
            raise MailRefused("an address of the message is none")
        address = address[:-1]
    try:
        valid = validate_email(address.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise MailRefused("an address of the message is none") from error
    return _Mailbox(one_line(name), f"{valid.local_part}@{valid.ascii_domain}")


def _written(mailboxes: Sequence[_Mailbox]) -> str:
    return ",\r\n ".join(mailbox(one.name, one.address) for one in mailboxes)


def _named(attachment: Attachment) -> Attachment:
    media_type = "/".join(_media_type(attachment.media_type))
    return replace(attachment, filename=one_line(attachment.filename), media_type=media_type)


def _add_calendar_reading(message: EmailMessage, attachment: Attachment) -> None:
    maintype, _, subtype = attachment.media_type.partition("/")
    message.add_alternative(attachment.content, maintype=maintype, subtype=subtype)
    *_, part = message.iter_parts()
    _declare_method(part, attachment)


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    maintype, _, subtype = attachment.media_type.partition("/")
    message.add_attachment(attachment.content, maintype=maintype, subtype=subtype)
    *_, part = message.iter_attachments()
    del part["Content-Disposition"]
    part["Content-Disposition"] = attachment_disposition(attachment.filename)
    _declare_method(part, attachment)


def _declare_method(part: MIMEPart, attachment: Attachment) -> None:
    """Without the method, a mail reader shows the file instead of changing the calendar (RFC 6047 section 2.4)."""
    if attachment.calendar_method is not None:
        del part["Content-Type"]
        part["Content-Type"] = f"{attachment.media_type}; method={attachment.calendar_method}; charset=UTF-8"


def _message_id(text: str) -> str:
    if not _MESSAGE_ID.fullmatch(text):
        raise MailRefused("a message id has the form <unique@domain>")
    return text


def _media_type(text: str) -> tuple[str, str]:
    maintype, _, subtype = text.partition("/")
    return (maintype, subtype) if _TOKEN.fullmatch(maintype) and _TOKEN.fullmatch(subtype) else _UNKNOWN_TYPE
