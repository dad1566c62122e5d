"""Keep mail in a folder, one `.eml` file a message, for development, the demo and the tests."""

import glob
import os
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from itertools import count
from pathlib import Path
from uuid import uuid4

from anyio import to_thread

from app.integrations.mailer.protocol import Accepted, Attachment, MailRefused, MailUnavailable, Message

_SLUG_LENGTH = 80
_RECIPIENT_LENGTH = 100


@dataclass(frozen=True)
class CapturedMail:
    """A captured message, decoded; `date` is in UTC, `to` holds bare addresses."""

    path: Path
    message_id: str
    to: tuple[str, ...]
    subject: str
    date: datetime
    text: str
    html: str
    attachments: tuple[Attachment, ...]


class CaptureMailer:
    """The `Mailer` of a deployment without a relay: nothing leaves the machine."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made with mode 0700 when the first message comes."""
        self._folder = folder

    async def send(self, message: Message) -> Accepted:
        """Keep `message` under a name that sorts by its date. Raises `MailUnavailable` if that fails."""
        try:
            await to_thread.run_sync(self._keep, message)
        except OSError as error:
            raise MailUnavailable(f"the mail folder cannot be written to: {error.strerror}") from error
        return Accepted("captured in the mail folder")

    def _keep(self, message: Message) -> None:
        if not message.to:
            raise MailRefused("a message needs somebody to go to")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = self._folder / f".{uuid4()}"
        try:
            half.write_bytes(message.content)
            self._name(half, message)
        finally:
            half.unlink(missing_ok=True)

    def _name(self, half: Path, message: Message) -> None:
        """Give the written file its name, `20261123T190702.000000Z-log-in-details-jane@example.org.eml`.

        A `Date` header tells whole seconds only, so the microseconds count the messages within their second and keep
        their order of arrival. The name is linked rather than renamed to: a link never replaces the
        message that another process has just given the same name.
        """
        second = message.date.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
        subject = _slug(message.subject)[:_SLUG_LENGTH].strip("-") or "no-subject"
        address = _in_a_name(message.to[0])
        taken = [int(path.name[16:22]) for path in self._folder.glob(f"{second}.*Z-*.eml")]
        for nth in count(max(taken, default=-1) + 1):
            try:
                os.link(half, self._folder / f"{second}.{nth:06d}Z-{subject}-{address}.eml")
            except FileExistsError:
                continue
            return


def read_captured(folder: Path, *, to: str | None = None, subject_contains: str | None = None) -> list[CapturedMail]:
    """The captured messages, oldest first; none where the folder does not exist.

    `to` is one recipient's address, `subject_contains` a part of the subject, both without regard to case.
    """
    found = [_read(path) for path in sorted(folder.glob("*.eml"))]
    return [
        mail
        for mail in found
        if (to is None or to.casefold() in {one.casefold() for one in mail.to})
        and (subject_contains is None or subject_contains.casefold() in mail.subject.casefold())
    ]


def find_captured(folder: Path, *, to: str, message_id: str) -> CapturedMail | None:
    """The message whose first recipient is `to` and whose `Message-ID` begins with `<` and `message_id`; where it came
    twice, the second one."""
    names = sorted(folder.glob(f"*-{glob.escape(_in_a_name(to))}.eml"), reverse=True)
    return next((mail for mail in map(_read, names) if mail.message_id.startswith(f"<{message_id}")), None)


def recent_captured(folder: Path, limit: int) -> list[CapturedMail]:
    """The newest messages, newest first."""
    return [_read(path) for path in sorted(folder.glob("*.eml"), reverse=True)[:limit]]


def find_captured_file(folder: Path, name: str) -> CapturedMail | None:
    """The message in the file of exactly this name: a path to another folder names none."""
    return next((_read(path) for path in folder.glob("*.eml") if path.name == name), None)


def clear_captured(folder: Path) -> None:
    """Delete every captured message."""
    for path in folder.glob("*.eml"):
        path.unlink(missing_ok=True)


def _in_a_name(recipient: str) -> str:
    return re.sub(r"[^\w.@+-]", "_", recipient)[:_RECIPIENT_LENGTH]


def _read(path: Path) -> CapturedMail:
    # Python's bytes parser cannot read UTF-8 in headers (RFC 6532); its text parser can.
    message = message_from_string(path.read_bytes().decode("utf-8", "surrogateescape"), EmailMessage, policy=default)
    return CapturedMail(
        path=path,
        message_id=str(message["Message-ID"] or "").strip(),
        to=tuple(_addresses(message)),
        # A long subject may be folded right after its name.
        subject=str(message["Subject"] or "").strip(),
        date=_date(message),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
    )


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        # `get_filename` takes the decoded name apart again, at its quotes and semicolons.
        filename=part["Content-Disposition"].params.get("filename") or "attachment",
        media_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
        calendar_method=part["Content-Type"].params.get("method"),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return part.get_content().replace("\r\n", "\n") if part else ""


def _addresses(message: EmailMessage) -> list[str]:
    header = message["To"]
    return [address.addr_spec for address in header.addresses] if header else []


def _date(message: EmailMessage) -> datetime:
    """The message's date in UTC; without one, the epoch, so that it still has a place in the order."""
    header = message["Date"]
    return parsedate_to_datetime(str(header)).astimezone(UTC) if header else datetime.fromtimestamp(0, UTC)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
