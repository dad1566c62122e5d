"""Read a message back before it is sent, as two parsers do: it must be the one that was meant.

A letter quotes what strangers typed. Whatever gap is left in the encoding of it, such a letter is not sent: it is held
for a person, with the reason.
"""

import re
from dataclasses import dataclass, replace
from email import message_from_string
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.policy import compat32, default
from email.utils import getaddresses

from app.integrations.mailer.protocol import Attachment, MailRefused

Named = tuple[str, str]
"""A name, which may be empty, and a bare address."""

_FOLDS = re.compile(r"\r?\n(?=[ \t])")
_PART_HEADERS = frozenset({"content-type", "content-transfer-encoding", "content-disposition", "mime-version"})


@dataclass(frozen=True)
class Intended:
    """What every reader must find in the message."""

    sender: Named
    to: tuple[Named, ...]
    reply_to: tuple[Named, ...]
    subject: str
    message_id: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]


def require_as_intended(content: bytes, intended: Intended) -> None:
    """Raises `MailRefused`, naming the part of the message that would not arrive as intended."""
    try:
        differs = _first_difference(content, intended)
    except Exception as error:
        # The parsers raise whatever they stumble over.
        raise MailRefused("the letter cannot be read back") from error
    if differs is not None:
        raise MailRefused(f"the letter's {differs} would not arrive as written")


def _first_difference(content: bytes, intended: Intended) -> str | None:
    # The parsers of bytes know no UTF-8 in headers (RFC 6532); those of text do.
    source = content.decode()
    modern = message_from_string(source, EmailMessage, policy=default)
    classic = message_from_string(source, Message, policy=compat32)
    judged = (
        ("headers", _names(modern) == _names(classic) == _headers(intended)),
        ("sender", _mailboxes_agree(modern, classic, "From", (intended.sender,))),
        ("recipients", _mailboxes_agree(modern, classic, "To", intended.to)),
        ("address for replies", _mailboxes_agree(modern, classic, "Reply-To", intended.reply_to)),
        ("subject", str(modern["Subject"]).strip() == _decoded(classic["Subject"]).strip() == intended.subject),
        ("message id", str(modern["Message-ID"]).strip() == intended.message_id),
        ("text", _text(modern, "plain") == _lines(intended.text) and _text(modern, "html") == _lines(intended.html)),
        ("attachments", _attachments(modern) == intended.attachments),
        (
            "calendar",
            _calendars(modern) == [_as_calendar(each) for each in intended.attachments if each.calendar_method],
        ),
        ("file names", _file_names(classic) == [each.filename for each in intended.attachments]),
        ("parts", _parts_are_plain(modern)),
    )
    return next((part for part, agrees in judged if not agrees), None)


def _headers(intended: Intended) -> list[str]:
    own = ["From", "To", *(["Reply-To"] if intended.reply_to else []), "Subject", "Date", "Message-ID"]
    return sorted([*own, "Auto-Submitted", "MIME-Version", "Content-Type"])


def _names(message: Message) -> list[str]:
    return sorted(message.keys())


def _mailboxes_agree(modern: EmailMessage, classic: Message, header: str, meant: tuple[Named, ...]) -> bool:
    read = modern.get_all(header, [])
    found = [(one.display_name, one.addr_spec) for value in read for one in value.addresses]
    # Python's newer parser leaves a space between two encoded words of a name.
    if [(_closed_up(name), address) for name, address in found] != [(_closed_up(name), to) for name, to in meant]:
        return False
    values = [_unfolded(value) for value in classic.get_all(header, [])]
    return [(_decoded(name), address) for name, address in getaddresses(values)] == list(meant)


def _closed_up(name: str) -> str:
    return "".join(name.split())


def _decoded(value: str) -> str:
    return str(make_header(decode_header(_unfolded(value))))


def _unfolded(value: str) -> str:
    return _FOLDS.sub("", value)


def _text(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    return _lines(part.get_content()) if part is not None else None


def _lines(text: str) -> str:
    # The parts are written with a line break at their end.
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def _attachments(message: EmailMessage) -> tuple[Attachment, ...]:
    return tuple(_attachment(part) for part in message.iter_attachments())


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    disposition = part["Content-Disposition"]
    file_name = disposition.params.get("filename", "") if disposition is not None else ""
    media_type, method = part.get_content_type(), part["Content-Type"].params.get("method")
    return Attachment(file_name, media_type, content if isinstance(content, bytes) else b"", method)


def _calendars(message: EmailMessage) -> list[Attachment]:
    """The readings of the message beside the plain and the HTML one."""
    readings = [part for part in message.walk() if part.get_content_disposition() is None and not part.is_multipart()]
    others = [part for part in readings if part.get_content_type() not in ("text/plain", "text/html")]
    return [_as_calendar(_attachment(part)) for part in others]


def _as_calendar(attachment: Attachment) -> Attachment:
    return replace(attachment, filename="")


def _file_names(message: Message) -> list[str]:
    found = [part.get_filename("") for part in message.walk() if part.get_content_disposition() == "attachment"]
    return [str(name) for name in found]


def _parts_are_plain(message: EmailMessage) -> bool:
    parts = [part for part in message.walk() if part is not message]
    return all({name.lower() for name in part} <= _PART_HEADERS and not part.defects for part in parts)
