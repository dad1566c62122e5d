"""What every part of the story has at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.demo.client import Caller
from app.demo.mailbox import Mailbox
from app.demo.people import LogIn, Staff


@dataclass(frozen=True)
class Stage:
    """The stage and who stands on it; `run` makes this run's names its own, and `folder` takes what it keeps."""

    run: str
    today: date
    address: str
    new_caller: Callable[[str], Caller]
    mailbox: Mailbox
    staff: Staff
    folder: Path

    def keep(self, name: str, content: bytes) -> Path:
        """Keep a file for whoever looks around afterwards."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        path.write_bytes(content)
        return path


@dataclass(frozen=True)
class Centre:
    """The centre and its two users, logged in."""

    path: str
    reference: str
    site_ids: list[str]
    super_user: Caller
    colleague: Caller
    log_ins: tuple[LogIn, ...]


def listed(words: list[str]) -> str:
    """The words as they stand in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
