"""Judge a chosen password by what an attacker would have to guess of it."""

from collections.abc import Iterable
from itertools import chain
from typing import Final, NamedTuple

from app.domain.refusals.input_faults import InputFaultCode
from app.security.password_rules.patterns import patterns_in, years_in
from app.security.password_rules.spelling import MAXIMUM_LENGTH, MINIMUM_LENGTH, folded, length, normalised, undressed
from app.security.password_rules.words import common_passwords, own_words, words_in

Fault = tuple[InputFaultCode, str]


class _Piece(NamedTuple):
    start: int
    stop: int
    worth: float
    kind: InputFaultCode | None


# In bits: eight letters, or four words.
_ENOUGH: Final = 32.0
_LETTER, _DIGIT_OR_SIGN = 4.0, 3.0
_FEWEST_DIFFERENT: Final = 5

_SENTENCES: Final = {
    InputFaultCode.PASSWORD_TOO_COMMON: "Choose a password that is not made of well-known passwords, whatever digits "
    "and signs stand in them or around them.",
    InputFaultCode.PASSWORD_TOO_SIMPLE: "Choose a password that is not made of rows of keys, sequences or repetitions.",
    InputFaultCode.PASSWORD_ABOUT_YOU: "Choose a password that is not made of your name, your email address, or the "
    "names of your organisation and ours.",
}


def length_faults(password: str) -> list[Fault]:
    """Too short, or too long."""
    if length(password) < MINIMUM_LENGTH:
        return [(InputFaultCode.PASSWORD_TOO_SHORT, f"Choose a password of at least {MINIMUM_LENGTH} characters.")]
    if len(normalised(password)) > MAXIMUM_LENGTH:
        return [(InputFaultCode.TOO_LONG, f"Choose a password of at most {MAXIMUM_LENGTH} characters.")]
    return []


def password_faults(password: str, *, about: Iterable[str]) -> list[Fault]:
    """Return every fault of a chosen password, each as a code and a sentence.

    `about` lists texts whose words must not make up the password: the names of the person and of organisations, their
    addresses. A few milliseconds for the longest password.
    """
    fold = folded(normalised(password))
    found = _kinds(fold, about)
    if len(set(fold)) < _FEWEST_DIFFERENT:
        found.add(InputFaultCode.PASSWORD_TOO_SIMPLE)
    return [*length_faults(password), *((code, _SENTENCES[code]) for code in _SENTENCES if code in found)]


def _kinds(fold: str, about: Iterable[str]) -> set[InputFaultCode]:
    """Tell what the password is made of: each kind that is too little alone, and all together."""
    plain = undressed(fold)
    years = [_Piece(*found, None) for found in years_in(fold)]
    by_kind = {
        code: [_Piece(*found, code) for found in pieces]
        for code, pieces in (
            (InputFaultCode.PASSWORD_TOO_COMMON, words_in(plain, fold, common_passwords())),
            (InputFaultCode.PASSWORD_TOO_SIMPLE, patterns_in(fold)),
            (InputFaultCode.PASSWORD_ABOUT_YOU, words_in(plain, fold, own_words(about))),
        )
    }
    worth, kinds = _cheapest(fold, [*chain(*by_kind.values()), *years])
    if worth >= _ENOUGH:
        return set()
    alone = {code for code, pieces in by_kind.items() if _cheapest(fold, [*pieces, *years])[0] < _ENOUGH}
    # Short and of digits alone, with nothing that is known.
    return {*kinds, *alone} or {InputFaultCode.PASSWORD_TOO_SIMPLE}


def _cheapest(fold: str, pieces: Iterable[_Piece]) -> tuple[float, frozenset[InputFaultCode]]:
    """Cut the password into pieces and single characters in the way that is worth least. Return its worth and the
    kinds of its pieces."""
    starting: list[list[_Piece]] = [[] for _ in fold]
    for piece in pieces:
        starting[piece.start].append(piece)
    # It grows from the end: the last entry belongs to the place that follows.
    best: list[tuple[float, frozenset[InputFaultCode]]] = [(0.0, frozenset())]
    for place in range(len(fold) - 1, -1, -1):
        worth, kinds = best[-1]
        least = worth + (_LETTER if fold[place].isalpha() else _DIGIT_OR_SIGN), kinds
        for piece in starting[place]:
            worth, kinds = best[len(fold) - piece.stop]
            if worth + piece.worth < least[0]:
                least = worth + piece.worth, kinds if piece.kind is None else kinds | {piece.kind}
        best.append(least)
    return best[-1]
