"""Access tokens, and random secrets for refresh tokens, password resets and integration clients.

Each token names the key that signed it (`kid`), and only our own keys are ever tried. Only this module uses
python-jose. By default it accepts tokens without `exp`, `iss` or `aud`, and any algorithm, so
this module requires each of them. Expiry is checked with the product's clock.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from jose import JWTError, jwt

_ALGORITHM = "HS256"
_ISSUER = "centre-recognition"
_AUDIENCE = "centre-recognition-api"
# A token and its claims take about a kilobyte.
_REMEMBERED = 4096
_OPTIONS = {
    "verify_exp": False,
    "verify_iat": False,
    "verify_at_hash": False,
    # Not `exp` and `iat`: python-jose checks required claims with the machine's clock despite `verify_exp`.
    **{f"require_{claim}": True for claim in ("iss", "aud", "sub")},
}


@dataclass(frozen=True)
class Claims:
    """The claims of an access token: a session, or an integration client with its secret's generation and scopes."""

    subject: UUID
    session_id: UUID | None
    generation: int | None
    scopes: frozenset[str] = frozenset()


class InvalidToken(Exception):
    """The token is foreign, tampered with or expired."""


def issue_access_token(key: str, claims: Claims, now: datetime, lifetime: timedelta) -> str:
    """Return a signed access token (RFC 7519) that is valid for `lifetime`."""
    payload = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "sub": str(claims.subject),
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    if claims.session_id is not None:
        payload["sid"] = str(claims.session_id)
    if claims.generation is not None:
        payload["gen"] = claims.generation
        payload["scope"] = " ".join(sorted(claims.scopes))
    token: str = jwt.encode(payload, key, algorithm=_ALGORITHM, headers={"kid": key_id(key)})
    return token


@lru_cache(maxsize=16)
def key_id(key: str) -> str:
    """Name a key without giving it away, so that every process has the same name for it."""
    return hmac.digest(key.encode(), b"the id of this key", "sha256").hex()[:16]


def read_access_token(key: str, token: str, now: datetime, previous_key: str | None = None) -> Claims:
    """Return the claims of a valid token, of this key or of the one before it. Raises `InvalidToken`."""
    claims, expires = _verified((key,) if previous_key is None else (key, previous_key), token)
    if expires <= now.timestamp():
        raise InvalidToken("expired")
    return claims


@lru_cache(maxsize=_REMEMBERED)
def _verified(keys: tuple[str, ...], token: str) -> tuple[Claims, int]:
    """Return the claims of a token that one of our keys signed, and its `exp`. Raises `InvalidToken`.

    Checking a signature takes as long as a statement, and a caller sends the same token for minutes. Remembered by keys
    and token, because what is true of them stays true; expiry and log-out are checked on every request. What is not
    valid is not remembered.
    """
    try:
        payload = _payload(_candidates(keys, jwt.get_unverified_header(token)), token)
        expires = int(payload["exp"])
        if not int(payload["iat"]) < expires:
            raise InvalidToken("expired")
        session = payload.get("sid")
        generation = payload.get("gen")
        if (session is None) == (generation is None):
            raise InvalidToken("neither a session nor a client")
        claims = Claims(
            subject=UUID(payload["sub"]),
            session_id=UUID(session) if session is not None else None,
            generation=int(generation) if generation is not None else None,
            scopes=frozenset(payload.get("scope", "").split()),
        )
    except (JWTError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise InvalidToken(type(error).__name__) from error
    return claims, expires


def _candidates(keys: tuple[str, ...], header: Mapping[str, object]) -> tuple[str, ...]:
    """The keys of ours that may have signed the token: the one that it names.

    Release 1.3.0 named none. Its tokens last for minutes, and it may still serve while this release comes up.
    """
    if "kid" not in header:
        return keys
    return tuple(key for key in keys if key_id(key) == header["kid"])


def _payload(keys: tuple[str, ...], token: str) -> dict[str, Any]:
    wrong: JWTError = JWTError("no key of ours")
    for key in keys:
        try:
            return jwt.decode(token, key, algorithms=[_ALGORITHM], issuer=_ISSUER, audience=_AUDIENCE, options=_OPTIONS)
        except JWTError as error:
            wrong = error
    raise wrong


def random_secret() -> str:
    """Return 256 random bits, URL-safe: for a refresh token, a password reset or a client secret."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> bytes:
    """Return the SHA-256 of a secret. Random secrets of 256 bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def same_secret(stored: bytes, secret: str) -> bool:
    """Compare a secret with its stored hash in constant time."""
    return secrets.compare_digest(stored, secret_hash(secret))
