"""Write `app/domain/look_alikes.py` from Unicode's confusables (https://www.unicode.org/Public/security/latest/).

Run `python scripts/look_alikes.py confusables.txt`. The table keeps the letters and digits of the Basic Multilingual
Plane that look like one ASCII letter or digit, as `name_key` spells them: in lower case and without accents. A Cyrillic
letter whose capital alone looks like a Latin one counts too. A trigger of the database has the same table, so a change
needs a migration that fills the looks anew.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parents[1] / "app" / "domain" / "look_alikes.py"
_ENTRY = re.compile(r"^([0-9A-F]+) ;\t([0-9A-F ]+) ;\tMA")
_IN_A_ROW = 16


def pairs(confusables: str) -> dict[str, str]:
    """Each folded letter with the ASCII letter or digit that it looks like."""
    found = list(_entries(confusables))
    small = {letter: like for letter, like in found if _folded(letter) == letter}
    capital = {_folded(letter): like for letter, like in found if _folded(letter) != letter}
    both = {letter: like for letter, like in (capital | small).items() if len(letter) == 1 and not letter.isascii()}
    return dict(sorted(both.items()))


def _entries(confusables: str) -> Iterator[tuple[str, str]]:
    for line in confusables.splitlines():
        entry = _ENTRY.match(line)
        if entry is None:
            continue
        letter, like = chr(int(entry[1], 16)), _folded("".join(chr(int(code, 16)) for code in entry[2].split()))
        if (
            "\x7f" < letter < "\U00010000"
            and unicodedata.category(letter)[0] in "LN"
            and re.fullmatch("[a-z0-9]", like)
        ):
            yield letter, like


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf")


def module(table: dict[str, str]) -> str:
    """The module's text."""
    letters = [f"\\u{ord(letter):04x}" for letter in table]
    rows = "\n".join(f'    "{"".join(letters[at : at + _IN_A_ROW])}"' for at in range(0, len(letters), _IN_A_ROW))
    likes = "".join(table.values())
    columns = "\n".join(f'    "{likes[at : at + 96]}"' for at in range(0, len(likes), 96))
    return (
        '"""Letters that look like an ASCII letter or digit, from Unicode\'s confusables (UTS 39). Made by\n'
        '`scripts/look_alikes.py`.\n"""\n\nfrom typing import Final\n\n'
        f"LETTERS: Final = (\n{rows}\n)\nLOOK_LIKE: Final = (\n{columns}\n)\n"
    )


if __name__ == "__main__":
    TARGET.write_text(module(pairs(Path(sys.argv[1]).read_text(encoding="utf-8-sig"))), encoding="utf-8")
