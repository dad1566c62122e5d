"""Passkeys (WebAuthn level 2): check what an authenticator created or signed. Only this module uses py_webauthn."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    RegistrationCredential,
)

from app.settings.passkeys import RelyingParty

ALGORITHMS: Final = (-8, -7, -257)
"""EdDSA, ES256 and RS256, as COSE numbers them: what the library takes."""

Checked = TypeVar("Checked")


class NotVerified(Exception):
    """The authenticator's answer does not fit the challenge, the origin, the domain or the key."""


@dataclass(frozen=True)
class NewPasskey:
    """What is kept of a new passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Signature:
    """An authenticator's answer to a challenge."""

    credential_id: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes


def new_challenge() -> bytes:
    """Return 256 random bits."""
    return secrets.token_bytes(32)


def check_registration(
    party: RelyingParty,
    challenge: bytes,
    client_data: bytes,
    attestation: bytes,
    *,
    must_verify_user: bool,
) -> NewPasskey:
    """Check a new passkey. Its maker is not judged: attestation is neither asked for nor trusted.

    Raises `NotVerified`.
    """
    credential = RegistrationCredential(
        # The id that counts is in the attestation object.
        id="",
        raw_id=b"",
        response=AuthenticatorAttestationResponse(client_data_json=client_data, attestation_object=attestation),
    )
    found = _checked(
        lambda: verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            require_user_verification=must_verify_user,
        )
    )
    return NewPasskey(found.credential_id, found.credential_public_key, found.sign_count)


def check_signature(
    party: RelyingParty,
    challenge: bytes,
    answer: Signature,
    public_key: bytes,
    sign_count: int,
    *,
    must_verify_user: bool,
) -> int:
    """Check a signature and return the passkey's new counter. A counter that does not grow shows a copied passkey.

    Raises `NotVerified`.
    """
    credential = AuthenticationCredential(
        id=bytes_to_base64url(answer.credential_id),
        raw_id=answer.credential_id,
        response=AuthenticatorAssertionResponse(
            client_data_json=answer.client_data,
            authenticator_data=answer.authenticator_data,
            signature=answer.signature,
        ),
    )
    found = _checked(
        lambda: verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=must_verify_user,
        )
    )
    return found.new_sign_count


def _checked(check: Callable[[], Checked]) -> Checked:
    # Beside its own errors the library lets those of its readers through, which hostile bytes cause.
    try:
        return check()
    except Exception as error:
        raise NotVerified(str(error)) from error
