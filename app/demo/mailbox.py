"""Read the captured mail as its recipients would."""

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
    """The folder where a deployment without an SMTP relay captures its mail."""

    folder: Path

    def wait_for(self, to: str, subject: str) -> CapturedMail:
        """Return the newest message to `to` whose subject contains `subject`.

        Waits for one to arrive, and raises `DemoFailed` if none does.
        """
        until = monotonic() + _PATIENCE_SECONDS
        while monotonic() < until:
            found = read_captured(self.folder, to=to, subject_contains=subject)
            if found:
                return found[-1]
            sleep(_PAUSE_SECONDS)
        raise DemoFailed(
            f"No email '{subject}' to {to} arrived in {self.folder} within {_PATIENCE_SECONDS} seconds. "
            "Check that a worker is running with the same DATA_DIR."
        )

    def first_password(self, to: str) -> str:
        """Return the first password from the recipient's log-in details, or from their invitation."""
        mail = self.wait_for(to, " the ")
        found = _FIRST_PASSWORD.search(mail.text)
        if found is None:
            raise DemoFailed(f"The email {mail.path} contains no first password.")
        return found.group()


def attachment(mail: CapturedMail, media_type: str) -> Attachment:
    """Return the message's attachment of this type. Raises `DemoFailed` if it has none."""
    for attached in mail.attachments:
        if attached.media_type == media_type:
            return attached
    raise DemoFailed(f"The email {mail.path} has no {media_type} attachment.")
