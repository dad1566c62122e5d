"""What every part of the demonstration has at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.demo.client import Caller
from app.demo.mailbox import Mailbox
from app.demo.people import LogIn, Staff
from app.demo.player import HttpPlayer
from app.services.story.script import Part


@dataclass(frozen=True)
class Stage:
    """The server, the people and the player of the story; `folder` takes the files to keep."""

    address: str
    new_caller: Callable[[str], Caller]
    mailbox: Mailbox
    staff: Staff
    player: HttpPlayer
    folder: Path
    log_ins: list[LogIn]

    @property
    def run(self) -> str:
        """Makes names and addresses of this run unique."""
        return self.player.scene.run

    @property
    def super_user(self) -> Caller:
        """The centre's super user, once logged in."""
        return self.player.cast[Part.SUPER_USER]

    @property
    def colleague(self) -> Caller:
        """The centre's other user, once logged in."""
        return self.player.cast[Part.USER]

    @property
    def centre(self) -> str:
        """The path of the centre."""
        return f"/v1/centres/{self.player.scene.ids['centre']}"

    @property
    def application(self) -> str:
        """The path of the application."""
        return f"/v1/applications/{self.player.scene.ids['application']}"

    def keep(self, name: str, content: bytes) -> Path:
        """Keep a file for people to look at afterwards."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        path.write_bytes(content)
        return path


def listed(words: list[str]) -> str:
    """Join words as in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
