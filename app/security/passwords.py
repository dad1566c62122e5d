"""Passwords: Argon2id, first passwords, and rules for new ones."""

import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.refusals.input_faults import InputFaultCode
from app.places import PASSWORDS

# OWASP's second parameter set: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

# Only letters and digits that cannot be confused on paper or on the telephone.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"

_GROUPS, _GROUP = 4, 5

MINIMUM_LENGTH = 12
_COMMON = ("password", "letmein", "qwerty", "welcome", "123456", "iloveyou", "administrator", "changeme", "centre")


async def hash_password(password: str) -> str:
    """Return the salted Argon2id hash in PHC format. Raises `Overloaded`."""
    return await PASSWORDS.run(lambda: _hasher.hash(password))


async def verify_password(stored: str | None, password: str) -> bool:
    """Check a password. Takes the same time without a stored hash, so that timing reveals nothing.

    Raises `Overloaded`.
    """
    return await PASSWORDS.run(lambda: _verify(stored or _DECOY, password)) and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


_DECOY = _hasher.hash(secrets.token_urlsafe())


def first_password() -> str:
    """Return a random first password (R06): four groups of five characters, 112 bits, easy to type from an email."""
    return _grouped(secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP))


def _grouped(characters: Iterable[str]) -> str:
    text = "".join(characters)
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


@dataclass(frozen=True)
class NewPassword:
    """A password and its hash. Only a letter may carry the password itself."""

    plain: str = field(repr=False)
    hash: str = field(repr=False)


async def first_password_of(key: str, seed: bytes) -> NewPassword:
    """Make the first password of a seed: the same one each time, but only for who has the key and the seed. Slow: hold
    no connection. Raises `Overloaded`."""
    stream = hmac.digest(key.encode(), b"first password\0" + seed, "sha512")
    # The bytes above the last multiple of the alphabet's length would make its first letters likelier.
    fair = [byte for byte in stream if byte < 256 - 256 % len(_ALPHABET)]
    password = _grouped(_ALPHABET[byte % len(_ALPHABET)] for byte in fair[: _GROUPS * _GROUP])
    return NewPassword(password, await hash_password(password))


def password_faults(password: str, *, about: tuple[str, ...]) -> list[tuple[InputFaultCode, str]]:
    """Return the faults of a chosen password (NIST SP 800-63B section 5.1.1.2), each as a code and a sentence.

    `about` lists words that must not make up the password: the person's name, email address and organisation.
    """
    faults: list[tuple[InputFaultCode, str]] = []
    folded = password.casefold()
    if len(set(folded)) < 5:
        faults.append((InputFaultCode.PASSWORD_TOO_SIMPLE, "Choose a password with more different characters."))
    if _left(folded, _COMMON) < MINIMUM_LENGTH // 2:
        faults.append(
            (InputFaultCode.PASSWORD_TOO_COMMON, "Choose a password that is not made of well-known passwords.")
        )
    parts = {part for text in about for part in re.split(r"[\W_]+", text.casefold()) if len(part) > 2}
    if _left(folded, sorted(parts, key=len, reverse=True)) < MINIMUM_LENGTH // 2:
        faults.append(
            (InputFaultCode.PASSWORD_ABOUT_YOU, "Choose a password that is not made of your name or email address.")
        )
    return faults


def _left(password: str, words: Iterable[str]) -> int:
    """Count the letters and digits of the password that remain without the words."""
    for word in words:
        password = password.replace(word, "")
    return sum(character.isalnum() for character in password)
