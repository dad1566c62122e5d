"""Encrypt secrets that must be read again: AES-256-GCM under a key derived from `SECRET_KEY` (HKDF-SHA-256)."""

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
_VERSION = b"\x01"


class Unreadable(Exception):
    """No key opens the secret: `SECRET_KEY` was changed without `SECRET_KEY_PREVIOUS`."""


FACTORS: Final = b"second factors"
WEBHOOKS: Final = b"webhooks"
"""What a key is derived for."""


def seal(key: str, secret: bytes, *, owner: bytes, purpose: bytes = FACTORS) -> bytes:
    """Encrypt a secret. It opens for the same owner only, so that a copied row is worth nothing to another person."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + _cipher(key, purpose).encrypt(nonce, secret, owner)


def unseal(keys: Sequence[str], sealed: bytes, *, owner: bytes, purpose: bytes = FACTORS) -> tuple[bytes, bool]:
    """Return the secret, and true if the first key opened it. Raises `Unreadable`."""
    nonce, text = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    for number, key in enumerate(keys):
        try:
            return _cipher(key, purpose).decrypt(nonce, text, owner), number == 0
        except InvalidTag:
            continue
    raise Unreadable


@lru_cache(maxsize=16)
def _cipher(key: str, purpose: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=purpose).derive(key.encode()))
