"""The words that a text is found by, folded so that accents, case, apostrophes and hyphens make no difference.

What is stored and what is asked go through the same folding, so they can only differ where a person would say so.
"""

import unicodedata
from collections.abc import Iterable

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


def fold(text: str) -> str:
    """Fold case, drop accents, and write letters such as ø and æ in plain ones; other characters stay."""
    # Folding the case of some letters yields accents again, so decompose once more.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Me")).translate(_LETTERS)


def query_words(text: str) -> list[str]:
    """Split what somebody searches for into words; the last one may be the beginning of one."""
    return [word[:_LONGEST] for word in _split(text.translate(_DROPPED))]


def search_words(texts: Iterable[str | None], codes: Iterable[str] = ()) -> list[str]:
    """List the words under which a row is found, sorted.

    "O’Brien-Smith" is found as "obrien smith", "o brien smith" and "obriensmith". A code, such as a reference or a
    postcode, is also found when typed in one piece.
    """
    found: set[str] = set()
    for text in filter(None, texts):
        words = text.split()
        for word, following in zip(words, [*words[1:], ""], strict=True):
            pieces = _split(word.translate(_SPLITTING))
            found.update(pieces, _split(word.translate(_DROPPED)))
            if "@" not in word:
                found.add("".join(pieces))
            if len(pieces) == 1 and len(pieces[0]) == 1:
                # "O Brien": somebody else types "O'Brien".
                found.add("".join((*pieces, *_split(following)[:1])))
    for code in codes:
        pieces = _split(code)
        found.update((*pieces, "".join(pieces)))
    return sorted({word[:_LONGEST] for word in found if word})


def _split(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in fold(text)).split()


# A numbered document is found under its series, its year and its thousand, such as "inv", "inv2026" and "inv2026000".
_SERIES, _YEAR, _THOUSAND = 3, 7, 10


def code_words(code: str) -> list[str]:
    """List the words of a numbered document: its beginnings that stand for many, and the whole."""
    whole = "".join(_split(code))
    return sorted({whole[:length] for length in (_SERIES, _YEAR, _THOUSAND)} | {whole})


def code_beginnings(text: str, series: Iterable[str]) -> list[str] | None:
    """List the words of `code_words` that a typed beginning stands for, a hundred at most.

    None when the beginning is so long that few documents have it, and those are all of the whole words that start so.
    """
    begun = "".join(query_words(text))
    if len(begun) > _THOUSAND:
        return None
    if len(begun) <= _SERIES:
        return [each for each in series if begun and each.startswith(begun)]
    if len(begun) < _YEAR:
        return [begun[:_SERIES] + str(year) for year in range(2000, 2100) if str(year).startswith(begun[_SERIES:])]
    missing = 0 if len(begun) == _YEAR else _THOUSAND - len(begun)
    return [f"{begun}{number:0{missing}}" for number in range(10**missing)] if missing else [begun]
