"""How a password is spelt and counted: Unicode's forms must not make one password two, or a short one long."""

import re
import unicodedata
from typing import Final

from app.domain.look_alikes import LETTERS, LOOK_LIKE

MINIMUM_LENGTH: Final = 12
MAXIMUM_LENGTH: Final = 128

# Unicode's spaces but the plain one.
_OTHER_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_PLAIN_SPACES = dict.fromkeys(map(ord, _OTHER_SPACES), " ")
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")

_LOOKS = str.maketrans(LETTERS, LOOK_LIKE)
# Digits and signs, and the letters that they are written for; `l` and `i` are one.
_DRESSED = str.maketrans("l1!|0@4365$97+28", "iiiioaaegssgttzb")


def normalised(password: str) -> str:
    """Return the form that is hashed: composed characters and plain spaces, as RFC 8265's OpaqueString has it.

    Every keyboard then gives the same bytes. Nothing else changes: case, width and outer spaces are as typed.
    """
    return unicodedata.normalize("NFC", password).translate(_PLAIN_SPACES)


def without_outer_spaces(password: str) -> str:
    return password.strip(" " + _OTHER_SPACES)


def length(password: str) -> int:
    """Count the characters that a person sees: no combining marks, joiners and variation selectors."""
    return sum(not _is_addition(character) for character in normalised(password))


def _is_addition(character: str) -> bool:
    return (
        unicodedata.combining(character) > 0
        or unicodedata.category(character) == "Cf"
        or _VARIATION.match(character) is not None
    )


def folded(text: str) -> str:
    """Drop what hardly makes a password harder to guess: case, accents, width, letters of other scripts that look
    Latin. Bounded, since one character can become eighteen."""
    plain = unicodedata.normalize("NFKD", text[:MAXIMUM_LENGTH].casefold())[: 2 * MAXIMUM_LENGTH]
    return "".join(character for character in plain if not _is_addition(character))[:MAXIMUM_LENGTH]


def undressed(fold: str) -> str:
    """Replace the digits and signs, and the letters of other scripts, that are written for letters: "p@ssw0rd".

    Character for character, so that places stay the same."""
    return fold.translate(_LOOKS).translate(_DRESSED)
