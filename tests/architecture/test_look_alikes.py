"""The table of look-alikes is what its script makes of Unicode's file."""

import unicodedata

from app.domain.look_alikes import LETTERS, LOOK_LIKE
from scripts.look_alikes import module, pairs

FILE = """# confusables.txt
0430 ;\t0061 ;\tMA\t#
0412 ;\t0042 ;\tMA\t#
0440 ;\t0070 ;\tMA\t#
0420 ;\t0050 ;\tMA\t#
00F8 ;\t006F 0338 ;\tMA\t#
006D ;\t0072 006E ;\tMA\t#
1D41A ;\t0061 ;\tMA\t#
05C0 ;\t006C ;\tMA\t#
0432 ;\t0299 ;\tMA\t#
"""


def test_the_script_keeps_letters_that_look_like_one_of_ascii() -> None:
    assert pairs(FILE) == {"\u00f8": "o", "\u0430": "a", "\u0432": "b", "\u0440": "p"}
    assert '"\\u00f8\\u0430\\u0432\\u0440"' in module(pairs(FILE))


def test_the_table_is_of_folded_letters() -> None:
    table = dict(zip(LETTERS, LOOK_LIKE, strict=True))
    assert len(table) == len(LETTERS) > 300
    assert all(letter.casefold() == letter and not unicodedata.combining(letter) for letter in LETTERS)
    assert set(LOOK_LIKE) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
    for letter, like in pairs(FILE).items():
        assert table[letter] == like
