"""The mail of a year: what the relay has taken, by mailbox."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage
from email.utils import getaddresses

from tests.jobs.relay import Relay

_FIRST_PASSWORD = re.compile(r"\b[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){3}\b")


@dataclass(frozen=True)
class Letter:
    """A copy of a letter in one mailbox. Its number in the product's list of letters is in its Message-ID."""

    day: date
    mailbox: str
    id: str
    message: EmailMessage

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())


@dataclass
class Post:
    """Letters as they arrived."""

    relay: Relay
    letters: list[Letter] = field(default_factory=list)
    _read: int = 0

    def collect(self, day: date) -> None:
        """Take what has arrived since the last time."""
        fresh = self.relay.accepted[self._read :]
        self._read += len(fresh)
        for message in fresh:
            id_ = str(message["Message-ID"]).strip("<>").partition("@")[0]
            for _, address in getaddresses([str(message["To"])]):
                self.letters.append(Letter(day, address, id_, message))

    def newest(self, mailbox: str) -> Letter:
        """The last letter in a mailbox."""
        return [letter for letter in self.letters if letter.mailbox == mailbox][-1]

    def first_password(self, mailbox: str) -> str:
        """The first password in the newest letter that has one."""
        for letter in reversed(self.letters):
            found = _FIRST_PASSWORD.search(letter.text) if letter.mailbox == mailbox else None
            if found:
                return found.group()
        raise AssertionError(f"no first password in the mailbox of {mailbox}")

    def by_mailbox(self, kinds: dict[str, str]) -> Counter[tuple[date, str, str]]:
        """How many letters of each kind lay in each mailbox, by the day."""
        return Counter((letter.day, letter.mailbox, kinds[letter.id]) for letter in self.letters)
