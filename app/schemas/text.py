"""Typed text: which characters may be stored, how long it may be, and how it is normalised.

Control characters (PostgreSQL cannot store NUL), lone surrogates (not UTF-8) and bidirectional overrides are refused.
Characters that show nothing make one name look like another: a line refuses them and says where they stand, longer text
drops them (`app/domain/characters.py`). All this judges the text that is stored, after JSON, forms, percent-encoding
and Unicode's composition are undone. Length is checked first, then outer spaces are trimmed. No pattern nests
repetitions, so a hostile megabyte costs nothing.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from app.domain.characters import as_typed, hidden_in_a_line, without_hidden
from app.domain.identifiers import Parse
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas import formats
from app.schemas.refused import refused

_ALWAYS_REFUSED: Final = r"\u007F-\u009F\u202A-\u202E\u2066-\u2069\uD800-\uDFFF"
_REFUSED_IN_A_LINE: Final = r"\u0000-\u001F\u2028\u2029" + _ALWAYS_REFUSED
_REFUSED_IN_LINES: Final = r"\u0000-\u0008\u000B\u000C\u000E-\u001F" + _ALWAYS_REFUSED
_NOT_VISIBLE: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_BLANK: Final = "\u2800"
"""Braille without a dot: a symbol that shows nothing."""
REST_OF_A_LINE: Final = f"[^{formats.NOT_IN_A_LINE}]*"
"""What may stand in a line of text, for patterns of the contract that say more than its length."""
_CHARACTERS_PER_WORD: Final = 20
_SPACES: Final = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""Unicode's spaces. Python's own `strip` would also drop control characters, which are to be refused."""


@dataclass(frozen=True)
class TextRule:
    """Metadata for `Annotated[str, …]`. Lengths are in characters: the longest is that of what was sent, as `maxLength`
    has it, and the shortest that of what is left after trimming.

    `exact` keeps the characters as they were typed; otherwise they are brought to Unicode's composed form (NFC), so
    that the same word is stored the same way from every keyboard.
    """

    shortest: int
    longest: int
    several_lines: bool = False
    words: int | None = None
    exact: bool = False
    pasted: bool = False
    """A number, a code or an address: stored as a keyboard types it, whatever it was pasted from."""
    pattern: str | None = None
    """What the contract says instead of the format of any line."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.clean, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler(schema)
        described.update(minLength=self.shortest, maxLength=self.longest)
        # A type that says more than its length has a pattern or a format of its own.
        if self.pasted:
            return described
        if self.words is not None:
            described["format"] = f"words-{self.words}"
        elif self.pattern is not None:
            described["pattern"] = self.pattern
        elif self.shortest == 0:
            described.setdefault(
                "pattern", f"^[^{formats.NOT_IN_LINES if self.several_lines else formats.NOT_IN_A_LINE}]*$"
            )
        elif described.keys().isdisjoint({"format", "pattern"}):
            described["format"] = formats.MULTI_LINE if self.several_lines else formats.SINGLE_LINE
        return described

    def clean(self, typed: str) -> str:
        """The text to store. Raises Pydantic's length errors, `forbidden_characters` or `too_many_words`."""
        if len(typed) > self.longest:
            raise PydanticKnownError("string_too_long", {"max_length": self.longest})
        text = as_typed(typed) if self.pasted else typed
        text = text.strip(_SPACES + "\t\r\n" if self.several_lines else _SPACES)
        self._check_length(text)
        require_storable(text, _LINES if self.several_lines else _LINE)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = text if self.exact else unicodedata.normalize("NFC", text)
        text = self._shown(text)
        # Composing can lengthen a text; and what has no visible character is as good as empty.
        self._check_length(text)
        if self.shortest and not any(map(_is_visible, text)):
            raise PydanticKnownError("string_too_short", {"min_length": self.shortest})
        self._check_words(text)
        return text

    def _shown(self, text: str) -> str:
        if self.several_lines:
            return without_hidden(text).strip(_SPACES + "\t\n")
        at = hidden_in_a_line(text)
        if at is None:
            return text
        raise refused(
            InputFaultCode.FORBIDDEN_CHARACTERS,
            "Remove the invisible character {code} at position {position}, or type the text anew.",
            {"code": f"U+{ord(text[at]):04X}", "position": at + 1},
        )

    def _check_length(self, text: str) -> None:
        if len(text) > self.longest:
            raise PydanticKnownError("string_too_long", {"max_length": self.longest})
        if len(text) < self.shortest:
            raise PydanticKnownError("string_too_short", {"min_length": self.shortest})

    def _check_words(self, text: str) -> None:
        actual = len(text.split())
        if self.words is not None and actual > self.words:
            raise refused(
                InputFaultCode.TOO_MANY_WORDS,
                "Use {limit} words or fewer. You have used {actual}.",
                {"limit": self.words, "actual": actual},
            )


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in _NOT_VISIBLE and character != _BLANK


_LINE: Final = re.compile(f"[{_REFUSED_IN_A_LINE}]")
_LINES: Final = re.compile(f"[{_REFUSED_IN_LINES}]")


def require_storable(text: str, refused_characters: re.Pattern[str] = _LINE) -> None:
    """Raise `forbidden_characters` for control characters and the like; without a pattern, for those of a line."""
    if refused_characters.search(text):
        raise refused(
            InputFaultCode.FORBIDDEN_CHARACTERS,
            "Remove the characters that cannot be stored, such as control characters.",
        )


def one_line(
    shortest: int, longest: int, *, exact: bool = False, pasted: bool = False, pattern: str | None = None
) -> TextRule:
    """One line of text."""
    return TextRule(shortest, longest, exact=exact, pasted=pasted, pattern=pattern)


def several_lines(shortest: int, longest: int) -> TextRule:
    """Text that may have line breaks and tabs; every line break is stored as a line feed."""
    return TextRule(shortest, longest, several_lines=True)


def long_text(*, words: int) -> TextRule:
    """Several lines, limited in words, which are counted here: the error says the limit and the actual number."""
    return TextRule(1, words * _CHARACTERS_PER_WORD, several_lines=True, words=words)


def stored_as(parse: Parse, code: InputFaultCode, sentence: str) -> Callable[[str], str]:
    """A validator that stores what `parse` gives, and refuses with the code and the sentence where that is None."""

    def validate(text: str) -> str:
        stored = parse(text)
        if stored is None:
            raise refused(code, sentence)
        return stored

    return validate
