"""Secrets and signatures of Standard Webhooks 1.0."""

import hmac
import os
from base64 import b64encode
from collections.abc import Sequence

_SECRET_BYTES = 32


def new_secret() -> bytes:
    """Make a secret."""
    return os.urandom(_SECRET_BYTES)


def spelt(secret: bytes) -> str:
    """The secret as receivers configure it. Standard base64: the libraries read another key from the URL-safe one."""
    return "whsec_" + b64encode(secret).decode()


def signature(secrets: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: an entry for each secret, the current one first. `body` is what is sent."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return " ".join("v1," + b64encode(hmac.digest(secret, content, "sha256")).decode() for secret in secrets)
