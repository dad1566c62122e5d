"""Rows of keys, sequences, repetitions and years inside a password."""

import re
from collections.abc import Hashable, Iterator, Sequence
from itertools import count, pairwise
from typing import Final

from app.security.password_rules.words import Found

# In bits: where it begins, which way it goes, how long it is.
_REPEATED, _STEPS, _WALK, _TURN, _YEAR = 4.0, 3.0, 6.0, 2.0, 6.0
_SHORTEST_REPEATED, _SHORTEST_STEPS, _SHORTEST_WALK = 3, 2, 4
_YEARS = re.compile("(?=((?:19|20)[0-9]{2}))")

# From above, the quarters of a key that a row stands to the right, and its keys: plain, then with Shift.
_Rows = tuple[tuple[int, tuple[str, ...]], ...]
_LETTERS_DOWN = 2, 3, 5


def _keyboard(digits: tuple[str, ...], *letters: str) -> _Rows:
    return ((0, digits), *zip(_LETTERS_DOWN, ((row,) for row in letters), strict=True))


_KEYBOARDS: Final[tuple[_Rows, ...]] = (
    _keyboard(("1234567890-=", "!@#$%^&*()_+", '!"£$%^&*()'), "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"),
    _keyboard(("1234567890", '!"§$%&/()='), "qwertzuiopü", "asdfghjklöä", "yxcvbnm,.-"),
    _keyboard(("1234567890", "&é\"'(-è_çà"), "azertyuiop", "qsdfghjklm", "wxcvbn,;:!"),
    _keyboard(("1234567890", '!"№;%:?*()'), "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю."),
    # The numeric pad.
    ((0, ("789",)), (0, ("456",)), (0, ("123",)), (0, ("0",))),
)
_Place = tuple[int, int]
_PLACES: Final[tuple[dict[str, _Place], ...]] = tuple(
    {
        key: (down, shift + 4 * across)
        for down, (shift, rows) in enumerate(keyboard)
        for row in rows
        for across, key in enumerate(row)
    }
    for keyboard in _KEYBOARDS
)


def patterns_in(fold: str) -> Iterator[Found]:
    """Find rows of keys, sequences and repetitions in a folded password."""
    yield from _repeated(fold)
    yield from _steps([ord(after) - ord(before) for before, after in pairwise(fold)])
    for places in _PLACES:
        moves = _moves(fold, places)
        yield from _steps(moves)
        yield from _walks(moves)


def years_in(fold: str) -> Iterator[Found]:
    """Find years of the last century and this one."""
    for found in _YEARS.finditer(fold):
        yield found.start(), found.start() + 4, _YEAR


def _repeated(text: str) -> Iterator[Found]:
    """What stood in the text before."""
    for start, stop in _copies(text):
        if stop - start >= _SHORTEST_REPEATED:
            yield start, stop, _REPEATED


def _steps(steps: Sequence[Hashable]) -> Iterator[Found]:
    """Steps from character to character that were taken before: "abcd", "aaaa", "1qaz2wsx", "a1b2c3"."""
    numbers: dict[Hashable, str] = {}
    text = "".join(numbers.setdefault(step, chr(0x1000 + len(numbers))) for step in steps)
    for start, stop in _copies(text):
        if stop - start >= _SHORTEST_STEPS:
            yield start + 1, stop + 1, _STEPS


def _copies(text: str) -> Iterator[tuple[int, int]]:
    """For each place, the longest stretch from there that also begins earlier."""
    stop = 0
    for start in range(1, len(text)):
        # One place on, the stretch is at most one shorter.
        stop = max(stop, start)
        while stop < len(text) and text.find(text[start : stop + 1], 0, stop) != -1:
            stop += 1
        yield start, stop


def _moves(text: str, places: dict[str, _Place]) -> list[tuple[int, int]]:
    """From key to key: how far down, how far across. What is no key is a move like no other."""
    strange = count(1000)
    found = []
    for before, after in pairwise(map(places.get, text)):
        if before is None or after is None:
            found.append((next(strange), 0))
        else:
            found.append((after[0] - before[0], after[1] - before[1]))
    return found


def _walks(moves: Sequence[tuple[int, int]]) -> Iterator[Found]:
    """Each key is a neighbour of the one before: "qwedcxzas"."""
    stop, turns = len(moves), 0
    for start in range(len(moves) - 1, -1, -1):
        down, across = moves[start]
        if abs(down) > 1 or abs(across) > 4:
            stop, turns = start, 0
            continue
        if start + 1 < stop and moves[start + 1] != moves[start]:
            turns += 1
        if stop + 1 - start >= _SHORTEST_WALK:
            yield start, stop + 1, _WALK + _TURN * turns
