"""Read the notices of mail systems about messages that they could not deliver (RFC 3464), and Exim's older form.

Anybody can write to the mailbox, so nothing in a message is believed but that it names one of our messages: whoever
calls compares the rest with what was sent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from uuid import UUID

from app.domain.emails import BounceAction, status_code

_REPORT = "message/delivery-status"
_MOST_PARTS = 50
_MOST_RECIPIENTS = 100
_WORDS = 500
_ADDRESS = 254
_MESSAGE_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([A-Za-z0-9.-]{1,253})>", re.IGNORECASE)
_SUBADDRESS = re.compile(r"\+([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
_IN_ANGLES = re.compile(r"<([^<>\s]+@[^<>\s]+)>")


@dataclass(frozen=True)
class Notice:
    """What a mail system says about one recipient of one of our messages."""

    email_id: UUID
    domain: str | None
    """The domain of the message's id; None where the message was only named by the address of the notice."""
    recipients: tuple[str, ...]
    """How the recipient is called: by us first, then by who got it last."""
    action: BounceAction
    code: str | None
    words: str


def read_notices(raw: bytes) -> list[Notice]:
    """Every notice in a message; none in one that is no notice, or is about no message of ours."""
    try:
        message = message_from_bytes(raw, policy=compat32)
        subject = _find_subject(message)
        if subject is None:
            return []
        reported = [found for block in _blocks(message) if (found := _read_block(*subject, block)) is not None]
        return (reported or list(_read_exim(*subject, message)))[:_MOST_RECIPIENTS]
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        # The parser takes nearly everything, and stumbles over charsets and structures that are made to trip it.
        return []


def _parts(message: Message) -> Iterator[Message]:
    """The message and its parts, in order, and not the groups of fields of a report."""
    waiting = [message]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        if part.get_content_type() != _REPORT and isinstance(payload := part.get_payload(), list):
            waiting[:0] = [inner for inner in payload[:_MOST_PARTS] if isinstance(inner, Message)]


def _find_subject(notice: Message) -> tuple[UUID, str | None] | None:
    """Which of our messages it is about: by the returned message or its headers, else by the address it came to."""
    for part in _parts(notice):
        if part is not notice:
            found = _MESSAGE_ID.search(_header(part, "Message-ID"))
            if found is None and part.get_content_type() in ("text/rfc822-headers", "text/plain"):
                found = _MESSAGE_ID.search(_text(part))
            if found is not None:
                return UUID(found[1]), found[2].lower()
    for name in ("In-Reply-To", "References", "X-Failed-Message-ID"):
        if (found := _MESSAGE_ID.search(_header(notice, name))) is not None:
            return UUID(found[1]), found[2].lower()
    if not notice.is_multipart() and (found := _MESSAGE_ID.search(_text(notice))) is not None:
        return UUID(found[1]), found[2].lower()
    for name in ("Delivered-To", "X-Original-To", "Envelope-To", "To"):
        if (found := _SUBADDRESS.search(_header(notice, name))) is not None:
            return UUID(found[1]), None
    return None


def _blocks(notice: Message) -> Iterator[Message]:
    """The groups of fields of `message/delivery-status`: the message's, then one for each recipient."""
    for part in _parts(notice):
        if part.get_content_type() == _REPORT and isinstance(payload := part.get_payload(), list):
            yield from (block for block in payload[: _MOST_RECIPIENTS + 1] if isinstance(block, Message))


def _read_block(email_id: UUID, domain: str | None, block: Message) -> Notice | None:
    recipients = [_typed(_header(block, name)) for name in ("Original-Recipient", "Final-Recipient")]
    action = _header(block, "Action").partition(";")[0].strip().lower()
    if not any(recipients) or action not in list(BounceAction):
        return None
    words = _typed(_header(block, "Diagnostic-Code")) or _header(block, "Status") or action
    return Notice(
        email_id,
        domain,
        tuple(dict.fromkeys(_bare(one) for one in recipients if one)),
        BounceAction(action),
        status_code(_header(block, "Status")),
        words[:_WORDS],
    )


def _read_exim(email_id: UUID, domain: str | None, notice: Message) -> Iterator[Notice]:
    """Exim before 4.86 writes plain text, and names the recipients in a header."""
    failed = [one.strip() for one in _header(notice, "X-Failed-Recipients").split(",") if "@" in one]
    text = next((_text(part) for part in _parts(notice) if part.get_content_type() == "text/plain"), "")
    for recipient in failed:
        said = text.partition(recipient)[2].strip().partition("\n\n")[0] or "The message could not be delivered."
        words = " ".join(said.split())[:_WORDS]
        yield Notice(email_id, domain, (_bare(recipient),), BounceAction.FAILED, status_code(words), words)


def _header(part: Message, name: str) -> str:
    """The field in one line; empty where it is missing."""
    return " ".join(str(part.get(name) or "").encode("utf-8", "replace").decode().split())


def _typed(value: str) -> str:
    """The value after its type: `rfc822; jane@example.org`, `smtp; 550 No such user`."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else value.strip()


def _bare(address: str) -> str:
    found = _IN_ANGLES.search(address)
    return (found[1] if found is not None else address)[:_ADDRESS]


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace").replace("\r\n", "\n") if isinstance(payload, bytes) else ""
