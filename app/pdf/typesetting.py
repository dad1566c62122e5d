"""Typeset data with a Typst template as a tagged PDF. The same data give the same bytes.

Data reach a template as one JSON input, never as markup, so a user cannot inject Typst commands.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal
from unicodedata import category

import typst

from app.settings import AwardingOrganisation

ROOT = Path(__file__).parents[1]
_FONTS = Path(__file__).parent / "fonts"

Standard = Literal["ua-1", "a-3a"]

_BOX: Final = "\N{WHITE SQUARE}"
_MOST_TRIES: Final = 20
# No font has it, or PDF/A forbids it: characters for private use (ISO 19005-3, 6.2.11.7).
_REFUSED: Final = re.compile(
    r'`"((?:[^"\\]|\\.)+)"` could not be displayed|contains the (?:disallowed )?codepoint `"((?:[^"\\]|\\.)+)"`'
)
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


class NotTypeset(Exception):
    """The document cannot be printed: it holds a text that the standards refuse and that no box can replace."""


def typeset(
    template: Path,
    data: Mapping[str, object],
    *,
    title: str,
    made_on: date,
    organisation: AwardingOrganisation,
    standards: Sequence[Standard] = ("ua-1",),
    ubl_xml: str | None = None,
) -> bytes:
    """Typeset `template`, a file under `app/`, in the awarding organisation's branding.

    `made_on` is the only date in the file's metadata. The result is PDF/UA-1 (ISO 14289-1), and also PDF/A-3a
    (ISO 19005-3) if `standards` says so. Both refuse a character that no font has: a box stands in its place, in
    everything but the attached `ubl_xml`. Raises `NotTypeset`, and `typst.TypstError` if the template is invalid.
    """
    given: dict[str, Any] = {**data, "title": title, "organisation": organisation.model_dump(mode="json")}
    for _ in range(_MOST_TRIES):
        inputs = {"data": json.dumps({**given, "ubl_xml": ubl_xml}, ensure_ascii=False, sort_keys=True)}
        try:
            return _compile(template, inputs, made_on, standards)
        except typst.TypstError as error:
            refused = _refused_texts(error)
            if not refused:
                raise
            boxed = _boxed(given, refused)
            if boxed == given:
                raise NotTypeset(f"{title}: {', '.join(map(ascii, refused))} cannot be printed") from error
            given = boxed
    raise NotTypeset(f"{title}: still not printable after {_MOST_TRIES} tries")


def _refused_texts(error: typst.TypstError) -> list[str]:
    """Return every text that the error complains of, the longest first; none if it is about something else.

    Of an emoji sequence it also names the joiners. They stay, for a name in Sinhala needs its own.
    """
    found = {_unescaped(match[1] or match[2]) for match in _REFUSED.finditer(f"{error.message}\n{error.diagnostic}")}
    drawn = {text for text in found if any(category(sign) != "Cf" for sign in text)}
    return sorted(drawn or found, key=lambda text: (-len(text), text))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else _ESCAPES.get(match[2], match[2]), text)


def _boxed(value: Any, refused: Sequence[str]) -> Any:
    """Return the data with a box for each refused text."""
    if isinstance(value, str):
        for text in refused:
            value = value.replace(text, _BOX)
        return value
    if isinstance(value, Mapping):
        return {key: _boxed(part, refused) for key, part in value.items()}
    return [_boxed(part, refused) for part in value] if isinstance(value, list | tuple) else value


def _compile(template: Path, inputs: dict[str, str], made_on: date, standards: Sequence[Standard]) -> bytes:
    return typst.compile(
        template,
        root=ROOT,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=list(standards),
        timestamp=datetime.combine(made_on, time(), UTC),
        format="pdf",
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[_FONTS])
