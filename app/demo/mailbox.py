"""The captured mail, read as its recipients would."""

import re
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from app.demo.client import DemoFailed
from app.integrations.mailer import Attachment, CapturedMail, read_captured

_PATIENCE_SECONDS = 30
_PAUSE_SECONDS = 0.25
_FIRST_PASSWORD = re.compile(r"\b[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){3}\b")


@dataclass(frozen=True)
class Mailbox:
    """The folder in which a deployment without a mail server keeps its mail."""

    folder: Path

    def wait_for(self, to: str, subject: str) -> CapturedMail:
        """The newest message to this address with these words in its subject. Raises `DemoFailed` when none comes."""
        until = monotonic() + _PATIENCE_SECONDS
        while monotonic() < until:
            found = read_captured(self.folder, to=to, subject_contains=subject)
            if found:
                return found[-1]
            sleep(_PAUSE_SECONDS)
        raise DemoFailed(
            f"No mail '{subject}' to {to} arrived in {self.folder} within {_PATIENCE_SECONDS} seconds. "
            "Is a worker running, and with the same DATA_DIR?"
        )

    def first_password(self, to: str) -> str:
        """The first password in somebody's log-in details."""
        mail = self.wait_for(to, "log-in details")
        found = _FIRST_PASSWORD.search(mail.text)
        if found is None:
            raise DemoFailed(f"There is no first password in {mail.path}.")
        return found.group()


def attachment(mail: CapturedMail, media_type: str) -> Attachment:
    """The message's attachment of this type. Raises `DemoFailed` where there is none."""
    for attached in mail.attachments:
        if attached.media_type == media_type:
            return attached
    raise DemoFailed(f"The mail {mail.path} has no attachment of the type {media_type}.")
