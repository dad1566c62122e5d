"""Receivers verify our signatures with the published library, in Python and in JavaScript."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.integrations.webhooks import new_secret, signature, spelt
from scripts.node import command, environment

RECEIVER = Path(__file__).resolve().parents[2] / "clients" / "receiver"
BODY = json.dumps({"type": "invoice.paid", "data": {"name": "Café £500 ✓"}}, ensure_ascii=False).encode()


def _headers(secrets: list[bytes], *, late: timedelta = timedelta(0)) -> dict[str, str]:
    id_, timestamp = str(uuid4()), int((datetime.now(UTC) - late).timestamp())
    signed = signature(secrets, id_, timestamp, BODY)
    return {"webhook-id": id_, "webhook-timestamp": str(timestamp), "webhook-signature": signed}


def in_python(secret: bytes, headers: dict[str, str], body: bytes = BODY) -> bool:
    try:
        return bool(Webhook(spelt(secret)).verify(body, headers) == json.loads(body))
    except WebhookVerificationError:
        return False


def in_javascript(secret: bytes, headers: dict[str, str], body: bytes = BODY) -> bool:
    asked = json.dumps({"secret": spelt(secret), "headers": headers, "body": body.decode()})
    words = [*command(RECEIVER, "node"), str(RECEIVER / "verify.mjs")]
    done = subprocess.run(words, input=asked, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    if done.returncode == 1:
        assert "WebhookVerificationError" in done.stderr, done.stderr
        return False
    return bool(json.loads(done.stdout) == json.loads(body))


@pytest.mark.parametrize("verify", [in_python, in_javascript])
def test_the_published_library_accepts_our_signature(verify: object) -> None:
    assert callable(verify)
    old, new, other = new_secret(), new_secret(), new_secret()
    assert verify(new, _headers([new]))
    # During a rotation, whoever has either secret.
    assert verify(new, _headers([new, old]))
    assert verify(old, _headers([new, old]))
    assert not verify(other, _headers([new, old]))
    assert not verify(new, _headers([new], late=timedelta(minutes=6)))
    assert not verify(new, _headers([new]), BODY + b" ")


@pytest.mark.parametrize("verify", [in_python, in_javascript])
@pytest.mark.parametrize("secret", [b"\xff" * 32, b"\xfb\xef\xbe" * 8 + bytes(8), bytes(range(32))])
def test_a_secret_is_read_as_it_was_made(verify: object, secret: bytes) -> None:
    """Standard base64: these have `+` and `/`, which the URL-safe one spells otherwise."""
    assert callable(verify)
    assert verify(secret, _headers([secret]))
