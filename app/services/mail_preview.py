"""Preview mail in development: a sample of each letter, and captured messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import getdoc
from pathlib import Path

from anyio import to_thread

from app.domain.refusals.requests import NotFound
from app.integrations.mailer import CapturedMail, capture_folder, find_captured_file, recent_captured
from app.letters.catalogue import UnknownLetterError, all_letters, find_letter
from app.letters.rendering import RenderedLetter, render
from app.settings import Settings

_NEWEST = 100


@dataclass(frozen=True, slots=True)
class Mail:
    """The newest captured messages, newest first, and each letter's kind with its purpose."""

    captured: Sequence[CapturedMail]
    letters: Mapping[str, str]


async def list_all(settings: Settings) -> Mail:
    """List captured messages and letters."""
    captured = await to_thread.run_sync(recent_captured, capture_folder(settings), _NEWEST)
    return Mail(captured, {kind: getdoc(letter) or "" for kind, letter in sorted(all_letters().items())})


def render_sample(settings: Settings, kind: str) -> RenderedLetter:
    """Render the letter with its sample arguments. Raises `NotFound`."""
    try:
        letter = find_letter(kind)
    except UnknownLetterError as error:
        raise NotFound from error
    return render(letter, letter.sample, settings.organisation)


async def find_captured(settings: Settings, name: str) -> CapturedMail:
    """Find the captured message in this file. Raises `NotFound`."""
    found = await to_thread.run_sync(find_captured_file, capture_folder(settings), name)
    if found is None:
        raise NotFound
    return found


async def find_captured_path(settings: Settings, name: str) -> Path:
    """Find the captured message's file, for a mail program. Raises `NotFound`."""
    return (await find_captured(settings, name)).path
