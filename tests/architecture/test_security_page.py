"""`docs/security.md` answers every item of OWASP ASVS 5.0 at levels 1 and 2, with tests that exist or an argument, and
says of each letter how often it can be caused."""

import re
from collections.abc import Iterator
from pathlib import Path

from app.letters.catalogue import all_letters

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")

# The numbers of the items, by section.
ITEMS = """
1.1: 1-2
1.2: 1-9
1.3: 1-11
1.4: 1-3
1.5: 1-2
2.1: 1-3
2.2: 1-3
2.3: 1-4
2.4: 1
3.2: 1-2
3.3: 1-4
3.4: 1-6
3.5: 1-5
3.7: 1-2
4.1: 1-3
4.2: 1
4.3: 1-2
4.4: 1-4
5.1: 1
5.2: 1-3
5.3: 1-2
5.4: 1-3
6.1: 1-3
6.2: 1-12
6.3: 1-4
6.4: 1-4
6.5: 1-5
6.6: 1-3
6.8: 1-4
7.1: 1-3
7.2: 1-4
7.3: 1-2
7.4: 1-5
7.5: 1-2
7.6: 1-2
8.1: 1-2
8.2: 1-3
8.3: 1
8.4: 1
9.1: 1-3
9.2: 1-4
10.1: 1-2
10.2: 1-2
10.3: 1-4
10.4: 1-11
10.5: 1-5
10.6: 1-2
10.7: 1-3
11.1: 1-2
11.2: 1-3
11.3: 1-3
11.4: 1-4
11.5: 1
11.6: 1
12.1: 1-3
12.2: 1-2
12.3: 1-4
13.1: 1
13.2: 1-5
13.3: 1-2
13.4: 1-5
14.1: 1-2
14.2: 1-4
14.3: 1-3
15.1: 1-3
15.2: 1-3
15.3: 1-7
16.1: 1
16.2: 1-5
16.3: 1-4
16.4: 1-3
16.5: 1-3
17.1: 1
17.2: 1-4
17.3: 1-2
"""


def _wanted() -> Iterator[str]:
    for line in ITEMS.split("\n"):
        section, _, numbers = line.partition(": ")
        for part in numbers.split():
            first, _, last = part.partition("-")
            yield from (f"{section}.{number}" for number in range(int(first), int(last or first) + 1))


def _rows() -> Iterator[tuple[list[str], str, str]]:
    """Each row's items, how they are met, and what shows it."""
    for named, met, shown in re.findall(r"^\| ([\d., –]+) \| (.+?) \| (.+?) \|$", PAGE, flags=re.MULTILINE):
        items = []
        for part in named.split(", "):
            first, _, last = part.partition("–")
            section, _, number = first.rpartition(".")
            items += [f"{section}.{each}" for each in range(int(number), int((last or first).rpartition(".")[2]) + 1)]
        yield items, met, shown


def test_no_item_is_missing_or_answered_twice() -> None:
    answered = [item for items, _, _ in _rows() for item in items]
    assert sorted(answered) == sorted(_wanted())
    assert len(answered) == 253


def test_every_item_that_applies_is_shown_by_something_that_exists() -> None:
    for items, met, shown in _rows():
        if shown == "–":
            assert met.startswith(("Not applicable: ", "Not present", "**Open**: ")), items
            continue
        for name in re.findall(r"`(.+?)`", shown):
            assert name.startswith("make ") or (ROOT / name).exists(), f"{items}: {name}"
        assert "`" in shown, items


_PERIODS = {"60": "a minute", "3600": "an hour", "86_400": "a day"}


def _bounded() -> Iterator[tuple[list[str], str]]:
    """The letters of each row, and what bounds them."""
    section = PAGE.partition("## Letters that people can cause")[2].partition("\n## ")[0]
    for letters, _, bound in re.findall(r"^\| (`.+?) \| (.+?) \| (.+?) \|$", section, flags=re.MULTILINE):
        yield re.findall(r"`(\w+)`", letters), bound


def test_every_letter_has_a_bound() -> None:
    named = [letter for letters, _ in _bounded() for letter in letters]
    assert sorted(named) == sorted(all_letters())


def test_the_limits_of_letters_are_those_of_the_code() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "app").rglob("*.py")))
    limits = dict(re.findall(r'Limit\("(\w+)", (\d+, [\d_]+)\)', source))
    said = [found for _, bound in _bounded() for found in re.findall(r"`(\w+)`, (\d+) (an? \w+)", bound)]
    assert len(said) >= 20
    for name, number, period in said:
        most, _, seconds = limits[name].partition(", ")
        assert (number, period) == (most, _PERIODS[seconds]), name
