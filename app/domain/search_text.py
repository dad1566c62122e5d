"""The words that a text is found by, folded so that accents, case, apostrophes and hyphens make no difference.

What is stored and what is asked go through the same folding, so they can only differ where a person would say so.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Longer words are cut, stored or asked: an entry of an index has to fit on its page.
_LONGEST = 64
_APOSTROPHES = "'’‘ʼʹʻ`´′＇"  # noqa: RUF001
_DROPPED = dict.fromkeys(map(ord, _APOSTROPHES))
_SPLITTING = dict.fromkeys(map(ord, _APOSTROPHES), " ")
# Letters that Unicode does not decompose, as people type them who have no such key.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "ĸ": "k"}  # noqa: RUF001
    | {"æ": "ae", "œ": "oe", "þ": "th", "ß": "ss"}
)


_ALPHANUMERIC = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Fold case, drop accents, and write letters such as ø and æ in plain ones; other characters stay."""
    if text.isascii():
        return text.lower()
    # Folding the case of some letters yields accents again, so decompose once more.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Me")).translate(_LETTERS)


@dataclass(frozen=True)
class Term:
    """What a row has to have: one of these words, or one that `begins` like the only one."""

    words: tuple[str, ...]
    begins: bool = False


def query_terms(text: str) -> list[Term]:
    """Split what somebody searches for into terms; the last word may be incomplete."""
    terms: list[Term] = []
    for chunk in text.translate(_DROPPED).split():
        if _REFERENCE.fullmatch(fold(chunk)):
            terms.append(begun_reference(chunk))
        else:
            terms += [Term((word[:_LONGEST],), begins=True) for word in _split(chunk)]
    whole = [Term(term.words) if len(term.words) == 1 else term for term in terms[:-1]]
    return [*whole, *terms[-1:]]


def search_words(texts: Iterable[str | None], codes: Iterable[str] = ()) -> list[str]:
    """List the words under which a row is found, sorted.

    "O’Brien-Smith" is found as "obrien smith", "o brien smith" and "obriensmith". A code, such as a reference or a
    postcode, is also found when typed in one piece.
    """
    found: set[str] = set()
    for text in filter(None, texts):
        words = text.split()
        for word, following in zip(words, [*words[1:], ""], strict=False):
            if word.isascii() and word.isalnum():
                # Most words: nothing to fold, split or join.
                pieces = [word.lower()]
                found.update(pieces)
            else:
                pieces = _split(word.translate(_SPLITTING))
                found.update(pieces, _split(word.translate(_DROPPED)))
                if "@" not in word:
                    found.add("".join(pieces))
            if len(pieces) == 1 and len(pieces[0]) == 1:
                # "O Brien": somebody else types "O'Brien".
                found.add("".join((*pieces, *_split(following)[:1])))
    for code in codes:
        found.update(_split(code), code_words(code))
    return sorted({word[:_LONGEST] for word in found if word})


def _split(text: str) -> list[str]:
    return _ALPHANUMERIC.findall(fold(text))


# A reference is found under its series, its year, its thousand and as a whole, such as "inv", "inv2026", "inv2026000"
# and "inv2026000123". Any other beginning of it stands for few of these, so the rows of each can be read in order.
_REFERENCE = re.compile(r"[a-z]+-[0-9]{4}(-[0-9]*)?")
_PARTS = re.compile(r"([a-z]*)([0-9]{0,4})([0-9]*)")
_THOUSAND = 3


def code_words(code: str) -> list[str]:
    """List the words of a whole code: itself in one piece, and the beginnings of a reference that stand for many."""
    whole = "".join(_split(code))
    parts = _PARTS.fullmatch(whole)
    if parts is None or not _REFERENCE.fullmatch(fold(code)):
        return [whole]
    series, year, number = parts.groups()
    return [series, series + year, series + year + number[:_THOUSAND], whole]


def printed_word(text: str) -> str:
    """Return the word of the beginning of a finance system's number, or "".

    Such a number can have any form, so each of its beginnings is a word; a mark keeps them apart from our references.
    """
    begun = "".join(_split(text.translate(_DROPPED)))
    return f"#{begun}" if begun else ""


def begun_reference(text: str, series: Iterable[str] = ()) -> Term:
    """Return the words that the beginning of a reference stands for, a hundred at most.

    Shorter beginnings than a year are completed from the `series` that there are.
    """
    begun = "".join(_split(text.translate(_DROPPED)))
    parts = _PARTS.fullmatch(begun)
    if parts is None:
        return Term(())
    letters, year, number = parts.groups()
    if not begun or not year:
        return Term(tuple(each for each in series if begun and each.startswith(begun)))
    if len(year) < 4:
        return Term(tuple(f"{letters}{each}" for each in range(2000, 2100) if str(each).startswith(year)))
    if len(number) > _THOUSAND:
        return Term((begun,), begins=True)
    missing = (_THOUSAND - len(number)) if number else 0
    return Term(tuple(f"{begun}{each:0{missing}}" for each in range(10**missing)) if missing else (begun,))
