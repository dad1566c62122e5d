"""Time-based one-time passwords (RFC 6238): six digits, a step of 30 seconds, HMAC-SHA-1 as every app has it."""

import secrets
from datetime import datetime

import pyotp

STEP_SECONDS = 30
_DRIFT = (0, -1, 1)


def new_secret() -> str:
    """Return 160 random bits in base32 (RFC 4226 section 4)."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, *, account: str, issuer: str) -> str:
    """Return the `otpauth` address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def matching_step(secret: str, code: str, now: datetime, *, after: int | None) -> int | None:
    """Return the time step of the code, within one step of now; None for a wrong code.

    Only steps after `after` count, so that a code is used once (RFC 6238 section 5.2).
    """
    current = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in (current + drift for drift in _DRIFT):
        right = secrets.compare_digest(pyotp.HOTP(secret).at(step), code)
        if right and found is None and (after is None or step > after):
            found = step
    return found
