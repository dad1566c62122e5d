"""Well-known passwords and a person's own words inside a password, however they are dressed up."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from math import log2
from pathlib import Path
from typing import Final

from app.security.password_rules.spelling import folded, undressed

# A word is guessed by its rank; but in a phrase any word may stand, so even the first is worth something.
_LEAST, _OWN = 8.0, 4.0
# Digits and signs that are stuck on a word's end, however many.
_STUCK_ON = 8.0
_SHORTEST_OWN = 3
_LIST: Final = Path(__file__).with_name("common_passwords.txt")

Found = tuple[int, int, float]
"""Where a word begins and ends, and what it is worth in bits."""


@cache
def common_passwords() -> Mapping[str, float]:
    """The well-known passwords, undressed, with their worth. The commonest come first in the file; `LICENCES.txt` says
    where they come from."""
    worth: dict[str, float] = {}
    for rank, word in enumerate(_LIST.read_text(encoding="utf-8").splitlines(), 1):
        worth.setdefault(undressed(word if word.isascii() else folded(word)), max(_LEAST, log2(rank)))
    return worth


def own_words(about: Iterable[str]) -> Mapping[str, float]:
    """The words of names and addresses, undressed, with their worth."""
    parts = (part for text in about for part in re.split(r"[\W_]+", text))
    plain = (undressed(folded(part)) for part in parts)
    return {word: _OWN for word in plain if len(word) >= _SHORTEST_OWN}


def words_in(plain: str, fold: str, words: Mapping[str, float]) -> Iterator[Found]:
    """Find words in an undressed password, written forwards or backwards, alone and with what is stuck on them."""
    longest = min(max(map(len, words), default=0), len(plain))
    backwards, end = plain[::-1], len(plain)
    for start in range(end):
        for stop in range(start + _SHORTEST_OWN, min(start + longest, end) + 1):
            worth = words.get(plain[start:stop])
            if worth is None:
                worth = words.get(backwards[end - stop : end - start])
            if worth is not None:
                yield from _with_ends(fold, (start, stop, worth))


def _with_ends(fold: str, word: Found) -> Iterator[Found]:
    start, stop, worth = word
    first, last = start, stop
    while first > 0 and not fold[first - 1].isalpha():
        first -= 1
    while last < len(fold) and not fold[last].isalpha():
        last += 1
    yield word
    if not any(map(str.isalpha, fold[start:stop])):
        return
    if first < start:
        yield first, stop, worth + _STUCK_ON
    if last > stop:
        yield start, last, worth + _STUCK_ON
    if first < start and last > stop:
        yield first, last, worth + 2 * _STUCK_ON
