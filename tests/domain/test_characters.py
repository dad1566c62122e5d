"""Characters that show nothing: gone or refused where nobody needs them, kept where honest writing does."""

import unicodedata

import pytest

from app.domain.characters import hidden_in_a_line, visible, without_hidden

HONEST = [
    "می‌خواهم",
    "क्‍ष",
    "ക്‍",
    "ශ්‍රී",
    "葛\U000e0100城",
    "ᠠ᠋",
    "👩‍👩‍👧 ❤️ 1️⃣ 🏳️‍🌈 👩🏽‍💻 ☎︎ ©️",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "Zoë O’Brien-Łukasz, St. John's & Søn",
]
SENSELESS = [
    "a\u00adb",
    "a\u200bb",
    "a\u200cb",
    "a\u200db",
    "a\u034fb",
    "a\ufe0fb",
    "a\u2060b",
    "a\u2064b",
    "\ufeffab",
    "ab\U000e0041",
    "ab\U000e0100",
    "1\ufe0f",
    "\u3164ab",
    "ab\uffa0",
    "ab\u115f\u1160",
    "م\u200c\u200c",
    "👩\u200d",
    "🏴\U000e0067\U000e0062",
]


@pytest.mark.parametrize("text", SENSELESS)
def test_what_shows_nothing_is_found_and_dropped(text: str) -> None:
    assert hidden_in_a_line(text) is not None
    assert hidden_in_a_line(without_hidden(text)) is None


@pytest.mark.parametrize("control", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_what_turns_the_direction_is_found_in_a_line(control: str) -> None:
    assert hidden_in_a_line(f"ab{control}c") == 2


@pytest.mark.parametrize("text", HONEST)
def test_honest_writing_stays(text: str) -> None:
    assert hidden_in_a_line(text) is None
    assert without_hidden(text) == visible(text) == text


def test_marks_of_direction_stay_in_longer_text() -> None:
    assert without_hidden("שלום\u200f, (abc)\u200e") == "שלום\u200f, (abc)\u200e"


def test_no_normal_form_brings_back_what_is_refused() -> None:
    """Whatever is judged visible stays so when it is composed, decomposed or made compatible later."""
    for code in [*range(0xD800), *range(0xE000, 0x110000)]:
        character = chr(code)
        if hidden_in_a_line(character) is None:
            for form in ("NFC", "NFD", "NFKC", "NFKD"):
                changed = unicodedata.normalize(form, character)
                assert changed == character or hidden_in_a_line(changed) is None, (hex(code), form)


def test_a_hostile_megabyte_costs_little() -> None:
    """Counted, not timed: each pass looks at each character once, and there are three at most."""
    text = ("👩\ufe0f\ufe0f\u200d\u200d" + "م\u200c\u200c" + "\u200b") * 20_000
    kept = without_hidden(text)
    assert without_hidden(kept) == kept
    assert len(kept) < len(text)
