"""Cursors as callers see them: sealed, so that nobody reads, changes or invents one (decision 39)."""

import base64
import binascii
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV


class CursorSeal:
    """Seals the place in a list with AES-SIV (RFC 5297): the same place always makes the same cursor, so that a page
    keeps its entity tag."""

    def __init__(self, key: str, previous: str | None = None) -> None:
        """`previous` seals nothing: cursors that it sealed are opened while a rotation lasts."""
        self._key = _derived(key)
        self._keys = (self._key, *((_derived(previous),) if previous is not None else ()))

    def seal(self, place: str) -> str:
        """The cursor of a place."""
        return _to_text(self._key.encrypt(place.encode(), None))

    def open(self, cursor: str) -> str | None:
        """The place that a cursor names; None for one that these keys did not seal."""
        sealed = _to_bytes(cursor)
        for key in self._keys if sealed else ():
            try:
                place: bytes = key.decrypt(sealed, None)
            except InvalidTag:
                continue
            return place.decode()
        return None


def _derived(key: str) -> AESSIV:
    return AESSIV(hmac.digest(key.encode(), b"cursors of lists", hashlib.sha512))


def _to_text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def _to_bytes(cursor: str) -> bytes:
    try:
        sealed = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except (ValueError, binascii.Error):
        return b""
    # The decoder skips what it does not know, and ignores surplus bits: no other spelling of a cursor is one.
    return sealed if _to_text(sealed) == cursor and len(sealed) > 16 else b""
