"""Letters as their readers see them, for development: a sample of each, and the mail that was captured."""

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
    """The newest captured messages, the newest first, and every letter's kind with what it is for."""

    captured: Sequence[CapturedMail]
    letters: Mapping[str, str]


async def list_all(settings: Settings) -> Mail:
    """Everything there is to see."""
    captured = await to_thread.run_sync(recent_captured, capture_folder(settings), _NEWEST)
    return Mail(captured, {kind: getdoc(letter) or "" for kind, letter in sorted(all_letters().items())})


def render_sample(settings: Settings, kind: str) -> RenderedLetter:
    """Render the letter with its made-up words. Raises `NotFound`."""
    try:
        letter = find_letter(kind)
    except UnknownLetterError as error:
        raise NotFound from error
    return render(letter, letter.sample, settings.organisation)


async def find_captured(settings: Settings, name: str) -> CapturedMail:
    """The captured message in the file of this name. Raises `NotFound`."""
    found = await to_thread.run_sync(find_captured_file, capture_folder(settings), name)
    if found is None:
        raise NotFound
    return found


async def find_captured_path(settings: Settings, name: str) -> Path:
    """The file of the captured message, for a mail program. Raises `NotFound`."""
    return (await find_captured(settings, name)).path
