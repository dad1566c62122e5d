"""Characters that show nothing, or turn the text around them, where no script and no emoji needs them.

They make one name look like another. They are Unicode's default ignorable characters, bidirectional controls and
marks, and interlinear annotation. What honest writing needs stays: joiners after letters of scripts that join them
(Persian, the scripts of India), joiners and variation selectors of emoji, variants of Han characters, Mongolian vowels,
and the flags of England, Scotland and Wales.
"""

import re
import unicodedata
from typing import Final

BIDIRECTIONAL: Final = "\u202a-\u202e\u2066-\u2069"
"""Embeddings, overrides and isolates, as a character class: no text holds them."""

_MARKS_OF_DIRECTION: Final = "\u061c\u200e\u200f"
_JOINERS: Final = "\u200c\u200d"
_MONGOLIAN: Final = "\u180b-\u180f"
_FEW_VARIANTS: Final = "\ufe00-\ufe0d"
_TEXT_OR_EMOJI: Final = "\ufe0e\ufe0f"
_TAGS: Final = "\U000e0020-\U000e007f"
_MANY_VARIANTS: Final = "\U000e0100-\U000e01ef"
_NEVER: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
_CONTEXTUAL: Final = _JOINERS + _MONGOLIAN + _FEW_VARIANTS + _TEXT_OR_EMOJI + _TAGS + _MANY_VARIANTS
IN_LINES: Final = _NEVER + _CONTEXTUAL
"""What several lines of text hold only where it is needed, as a character class."""
IN_A_LINE: Final = BIDIRECTIONAL + _MARKS_OF_DIRECTION + IN_LINES
"""The same for one line, where the text is too short to need marks of direction."""

# Letters and marks of the scripts that join: Hebrew's neighbours to Thaana, N'Ko to Arabic, India, Tibet, Burma, Khmer
# and Mongolian, with their extensions.
_JOINING: Final = (
    "\u0620-\u06ff\u0700-\u07ff\u0840-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u1900-\u1c4f\u1cd0-\u1cff"
    "\ua840-\ua87f\ua8e0-\ua8ff\ua980-\uaaff\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010ac0-\U00010aff\U00010d00-\U00010d3f\U00010f30-\U00011fff\U0001e900-\U0001e95f"
)
_HAN: Final = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_EMOJI: Final = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_NEEDED: Final = re.compile(
    rf"(?<=[{_JOINING}])[{_JOINERS}]"
    rf"|(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])"
    rf"|(?<=[{_EMOJI}])[{_TEXT_OR_EMOJI}]"
    r"|(?<=[0-9#*])\ufe0f(?=\u20e3)"
    rf"|(?<=[{_HAN}])[{_FEW_VARIANTS}{_MANY_VARIANTS}]"
    r"|(?<=[\u2200-\u22ff\u1000-\u109f])\ufe00"
    rf"|(?<=[\u1800-\u18af])[{_MONGOLIAN}]"
    r"|(?<=\U0001f3f4)\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    r"|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
_TURNING: Final = re.compile(f"[{BIDIRECTIONAL}]")
_SUSPECT_IN_A_LINE: Final = re.compile(f"[{IN_A_LINE}]")
_SUSPECT_IN_LINES: Final = re.compile(f"[{IN_LINES}]")


_SPACES: Final = " \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""Unicode's spaces, as a character class."""
_DASHES: Final = "\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_ANY_SPACE: Final = re.compile(f"[{_SPACES}]")
_ANY_DASH: Final = re.compile(f"[{_DASHES}]")
_ANY_HIDDEN: Final = re.compile(f"[{IN_A_LINE}]")


def has_letter_or_digit(text: str) -> bool:
    """True for a text with a letter or a digit of any script: marks and punctuation alone are no name."""
    return any(unicodedata.category(sign)[0] in "LN" for sign in text)


def hidden_in_a_line(text: str) -> int | None:
    """Where the first character stands that shows nothing and is not needed."""
    suspect, at = _SUSPECT_IN_A_LINE.search(text), 0
    while suspect is not None:
        needed = _NEEDED.match(text, suspect.start())
        if needed is None:
            return suspect.start()
        at = needed.end()
        suspect = _SUSPECT_IN_A_LINE.search(text, at)
    return None


def without_hidden(text: str) -> str:
    """The text without the characters that show nothing and are not needed; marks of direction stay.

    They come along when people paste from word processors and web pages, and nobody could find them.
    """
    while _SUSPECT_IN_LINES.search(text):
        kept = _kept(text)
        # What is gone may have been what the next one leant on.
        if kept == text:
            break
        text = kept
    return text


def visible(text: str) -> str:
    """The text without what shows nothing and without what turns direction, for text that nobody can be asked about."""
    return without_hidden(_TURNING.sub("", text))


def as_typed(text: str) -> str:
    """A number, a code or an address as a keyboard types it: every space a space, every dash a hyphen, nothing hidden.

    People paste them from word processors, web pages and address books, which add marks of direction.
    """
    if text.isascii():
        return text
    return _ANY_HIDDEN.sub("", _ANY_DASH.sub("-", _ANY_SPACE.sub(" ", text)))


def _kept(text: str) -> str:
    parts, at = [], 0
    while (suspect := _SUSPECT_IN_LINES.search(text, at)) is not None:
        needed = _NEEDED.match(text, suspect.start())
        parts.append(text[at : needed.end() if needed else suspect.start()])
        at = needed.end() if needed else suspect.end()
    return "".join([*parts, text[at:]])
