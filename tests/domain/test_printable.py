"""What our documents can print is what their fonts have."""

import pytest

from app.domain.printable import unprintable
from app.domain.printable_characters import RANGES
from scripts.printable import TARGET, characters, module


def test_the_table_is_that_of_the_fonts() -> None:
    assert TARGET.read_text(encoding="utf-8") == module(characters())
    assert len(RANGES.split()) > 400


@pytest.mark.parametrize(
    "text",
    [
        "Łódź & Søn (Ysgol Gŵyr)",
        "Acade\u0301mie Nord",
        "Ὀρφεύς Київ",
        "株式会社日本教育",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "ქართული հայերեն ኢትዮጵያ",
        "a\tb\nc",
    ],
)
def test_real_names_can_be_printed(text: str) -> None:
    assert unprintable(text) is None


@pytest.mark.parametrize(("text", "at"), [("x\U0001f4a9", 1), ("\u0799", 0), ("Cherokee ᏣᎳᎩ", 9)])
def test_a_character_without_a_font_is_found(text: str, at: int) -> None:
    assert unprintable(text) == at
