"""Passwords: Argon2id, and first passwords.

The composed form is hashed (`password_rules.spelling`). Releases before 1.4.0 hashed what was typed, without outer
spaces, so a password is also verified as they spelt it.
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.places import PASSWORDS
from app.security.password_rules.spelling import normalised, without_outer_spaces

# OWASP's second parameter set: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

# Only letters and digits that cannot be confused on paper or on the telephone.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"

_GROUPS, _GROUP = 4, 5


async def hash_password(password: str) -> str:
    """Return the salted Argon2id hash in PHC format. Raises `Overloaded`."""
    return await PASSWORDS.run(lambda: _hasher.hash(normalised(password)))


async def verify_password(stored: str | None, password: str) -> bool:
    """Check a password. Takes the same time without a stored hash, so that timing reveals nothing.

    Raises `Overloaded`.
    """
    return await PASSWORDS.run(lambda: _matching(stored or _DECOY, password)) is not None and stored is not None


async def better_hash(stored: str, password: str) -> str | None:
    """Return a new hash of a verified password, if the stored one is not of its composed form or was made with other
    parameters; None if it is as it should be, which takes no time."""
    if len(_spellings(password)) == 1 and not _hasher.check_needs_rehash(stored):
        return None
    return await PASSWORDS.run(lambda: _rehashed(stored, password))


def _rehashed(stored: str, password: str) -> str | None:
    spelling = _matching(stored, password)
    if spelling is None or (spelling == normalised(spelling) and not _hasher.check_needs_rehash(stored)):
        return None
    return _hasher.hash(normalised(spelling))


def _spellings(password: str) -> list[str]:
    """The composed form, what was typed, and both without outer spaces."""
    typed = (normalised(password), password)
    return list(dict.fromkeys([*typed, *map(without_outer_spaces, typed)]))


def _matching(stored: str, password: str) -> str | None:
    return next((spelling for spelling in _spellings(password) if _verify(stored, spelling)), None)


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
