"""Passwords: argon2id in a bounded thread pool, first passwords, and what a good password is."""

import re
import secrets
from collections.abc import Iterable

import anyio.to_thread
from anyio import CapacityLimiter
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.refusals.input_faults import InputFaultCode

# OWASP's second parameter set: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Two hashes at a time keep a flood of log-ins from taking every core and all the memory.
_limiter: CapacityLimiter | None = None

# No letter or digit that is read as another one on paper or on the telephone.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"

MINIMUM_LENGTH = 12
_COMMON = ("password", "letmein", "qwerty", "welcome", "123456", "iloveyou", "administrator", "changeme", "centre")


def _threads() -> CapacityLimiter:
    global _limiter
    if _limiter is None:
        _limiter = CapacityLimiter(2)
    return _limiter


async def hash_password(password: str) -> str:
    """The argon2id hash in PHC format, with a salt of its own."""
    return await anyio.to_thread.run_sync(_hasher.hash, password, limiter=_threads())


async def verify_password(stored: str | None, password: str) -> bool:
    """True when the password is the stored one. Without a stored hash the same work is done, so that timing tells
    nothing."""
    return (
        await anyio.to_thread.run_sync(_verify, stored or _DECOY, password, limiter=_threads()) and stored is not None
    )


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


_DECOY = _hasher.hash(secrets.token_urlsafe())


def first_password() -> str:
    """A random first password of four groups of five, 112 bits, that can be read from a mail and typed (R06)."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


def password_faults(password: str, *, about: tuple[str, ...]) -> list[tuple[InputFaultCode, str]]:
    """What is wrong with a chosen password (NIST SP 800-63B section 5.1.1.2): a code and a sentence for each.

    `about` holds words that the password must not be made of: the person's name, address, organisation.
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
    """How many letters and digits are left of the password without the words."""
    for word in words:
        password = password.replace(word, "")
    return sum(character.isalnum() for character in password)
