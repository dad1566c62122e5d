"""Second factors, their proof, and the challenges of passkeys (WebAuthn level 2).

Bytes are base64url without padding, as browsers' own JSON of passkeys has them.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain.factors import MOST_FACTORS, RECOVERY_CODES, FactorKind
from app.schemas import example_centre as example
from app.schemas.answered import A_FEW, Count, Email, FullName, Sentence, Title, Word, promised, up_to
from app.schemas.base import Answer, Request
from app.schemas.fields import some_name
from app.schemas.ids import ChallengeId, FactorId, PersonId
from app.schemas.passwords import TypedPassword
from app.schemas.sessions import SessionTokens
from app.schemas.shared import Moment, described
from app.schemas.text import one_line

_BASE64URL = "^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$"
_Bytes = Annotated[str, promised(pattern=_BASE64URL, maxLength=1_400)]
_OTPAUTH_URI = "otpauth://totp/AIM:kim%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=AIM"
_Algorithm = Annotated[int, promised(minimum=-65_536, maximum=-1, format="int32")]
_CODES = ["abcde-fghjk-mnpqr-stuvw"]
_RecoveryCodes = Annotated[
    list[Annotated[str, promised(maxLength=40, pattern="^[A-Za-z0-9-]+$")]], up_to(RECOVERY_CODES)
]


def _sent_bytes(most: int, description: str, shown: str) -> object:
    """Bytes of a request, as base64url."""
    return Field(min_length=2, max_length=most, pattern=_BASE64URL, description=description, examples=[shown])


_FactorName = Annotated[
    str,
    one_line(1, 60),
    some_name,
    Field(description="A name by which the person recognises it, such as the device.", examples=["Work phone"]),
]
_TotpCode = Annotated[
    str, one_line(6, 8), Field(description="The six digits that the app shows now.", examples=["492039"])
]
_CredentialId = Annotated[str, _sent_bytes(1_400, "The passkey's `rawId`.", "hZ3v0cXmBz7u1h2yQwEr5w")]
_ClientData = Annotated[
    str, _sent_bytes(8_000, "The response's `clientDataJSON`.", "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0")
]


class SecondFactor(Answer):
    """A second factor that counts: its person has proved once that it works."""

    id: FactorId
    kind: FactorKind = described("An authenticator app (`totp`) or a passkey.", "totp")
    name: Title = described("The name that the person gave it.", "Work phone")
    created_at: Moment = described("When it was added.", example.SIGNED_IN_AT)
    last_used_at: datetime | None = described("When it last proved the person, or null.", None)


class SecondFactorList(Answer):
    """The caller's second factors."""

    required: bool = described("True if the person may do nothing without a second factor.", True)
    items: Annotated[list[SecondFactor], up_to(MOST_FACTORS)] = Field(description="The second factors, oldest first.")
    recovery_codes_left: Count = described("How many recovery codes are unused.", 10)


class TotpStart(Request):
    """Start to add an authenticator app."""

    name: _FactorName


class TotpEnrolment(Answer):
    """An authenticator app that does not count yet. The secret is shown once."""

    secret: Annotated[str, promised(pattern="^[A-Z2-7]{32}$")] = described(
        "The secret in base32, to type into the app.", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    )
    otpauth_uri: Annotated[str, promised(format="uri", maxLength=1_000)] = described(
        "The address to show as a QR code.", _OTPAUTH_URI
    )
    expires_at: datetime = described("When it must be confirmed.", "2026-09-16T09:30:00Z")


class TotpConfirmation(Request):
    """Prove that the app shows the right codes."""

    code: _TotpCode


class SecondFactorAdded(Answer):
    """A second factor that counts from now on, and the session, which has proved it."""

    factor: SecondFactor = Field(description="The second factor.")
    recovery_codes: _RecoveryCodes | None = described(
        "Ten codes for a lost device, shown once, with the first second factor; otherwise null.", _CODES
    )
    session: SessionTokens = Field(description="The session and its new tokens.")


class RecoveryCodeSet(Answer):
    """New recovery codes, shown once. Each proves the person once. Earlier ones no longer work."""

    recovery_codes: _RecoveryCodes = described("The codes.", _CODES)


class PasskeyRegistration(Answer):
    """What a browser needs to create a passkey: the members of PublicKeyCredentialCreationOptions."""

    id: ChallengeId
    challenge: _Bytes = described("The bytes to sign.", "Zk3v0cXmBz7u1h2yQwEr5tYuIoPaSdFgHjKlZxCvBn8")
    rp_id: Word = described("The domain that the passkey belongs to: `rp.id`.", "example.com")
    rp_name: Title = described("The organisation's name: `rp.name`.", "AIM Qualifications and Assessment Group")
    user_id: _Bytes = described("The person: `user.id`.", "AZkAAAAAcAA")
    user_name: Email = described("The person's address: `user.name`.", example.SUPER_USER_EMAIL)
    user_display_name: FullName = described("The person's name: `user.displayName`.", example.SUPER_USER)
    algorithms: Annotated[list[_Algorithm], A_FEW] = described(
        "COSE numbers of the signatures that are accepted: `pubKeyCredParams`.", [-8, -7, -257]
    )
    exclude_credentials: Annotated[list[_Bytes], up_to(MOST_FACTORS)] = described(
        "Passkeys that the person has: `excludeCredentials`.", ["hZ3v0cXmBz7u1h2yQwEr5w"]
    )
    user_verification: Word = described("`authenticatorSelection.userVerification`.", "preferred")
    expires_at: datetime = described("When the challenge expires.", "2026-09-16T09:05:00Z")


class PasskeyCreate(Request):
    """Add a passkey that the browser has created."""

    registration_id: ChallengeId
    name: _FactorName
    client_data_json: _ClientData
    attestation_object: Annotated[
        str, _sent_bytes(30_000, "The response's `attestationObject`.", "o2NmbXRkbm9uZWdhdHRTdG10oA")
    ]


class PasskeyChallenge(Answer):
    """What a browser needs to sign with a passkey: the members of PublicKeyCredentialRequestOptions."""

    id: ChallengeId
    challenge: _Bytes = described("The bytes to sign.", "Zk3v0cXmBz7u1h2yQwEr5tYuIoPaSdFgHjKlZxCvBn8")
    rp_id: Word = described("The domain that the passkey belongs to: `rpId`.", "example.com")
    allow_credentials: Annotated[list[_Bytes], up_to(MOST_FACTORS)] = described(
        "The person's passkeys: `allowCredentials`.", ["hZ3v0cXmBz7u1h2yQwEr5w"]
    )
    user_verification: Word = described("`userVerification`.", "preferred")
    expires_at: datetime = described("When the challenge expires.", "2026-09-16T09:05:00Z")


class PasskeyProof(Request):
    """A challenge that a passkey has signed."""

    challenge_id: ChallengeId
    credential_id: _CredentialId
    client_data_json: _ClientData
    authenticator_data: Annotated[
        str,
        _sent_bytes(8_000, "The response's `authenticatorData`.", "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ"),
    ]
    signature: Annotated[str, _sent_bytes(2_000, "The response's `signature`.", "MEUCIQCsVbcqE_kZ5kNQ8KlvSgn1dDY")]


class CodeProof(Request):
    """A code of the authenticator app, or a recovery code."""

    code: Annotated[
        str,
        one_line(6, 40, exact=True),
        Field(description="Six digits of the app, or a recovery code with or without hyphens.", examples=["492039"]),
    ]


class PasswordProof(Request):
    """The password once more."""

    password: TypedPassword


class SecondFactorReset(Request):
    """Take a person's second factors away, because they have lost them."""

    reason: Annotated[
        str,
        one_line(1, 300),
        Field(description="How you made sure who asks. Recorded.", examples=["Called back on the number on record."]),
    ]


class SecondFactorResetReceipt(Answer):
    """The person's second factors are gone and their sessions have ended."""

    person_id: PersonId
    removed: Count = described("How many second factors there were.", 2)
    message: Sentence = described("What happens next.", "The person has been told by email.")
