"""Prove the second factor, or the password again, in the current session."""

import structlog

from app.database import Work
from app.domain.factors import ChallengePurpose, FactorKind, ProofKind
from app.domain.refusals.factors import (
    NoSecondFactor,
    PasskeyNotVerified,
    SecondFactorInUse,
    WrongCode,
    WrongPassword,
)
from app.models import Factor, Person, Session
from app.queries.factors import find_passkey, find_totp, list_factors
from app.queries.people import place_of_actor
from app.queries.rows import get_row
from app.schemas import factors as schemas
from app.schemas.sessions import SessionTokens
from app.security.passkeys import NotVerified, Signature, check_signature
from app.security.passwords import verify_password
from app.security.sealing import Unreadable
from app.security.totp import matching_step
from app.services.factors import guesses, records
from app.services.factors.challenges import from_base64url, issue_challenge, take_challenge, to_base64url
from app.services.factors.owing import owing
from app.services.factors.own import lock_own, lock_own_session
from app.services.factors.recovery_codes import use_code
from app.services.factors.totp_secrets import open_secret
from app.services.sessions.sessions import issue_tokens, prolong
from app.services.sessions.verified import lock_verified
from app.settings.passkeys import relying_party

_TOTP_DIGITS = 6
_log = structlog.get_logger(__name__)


async def verify_code(work: Work, signing_key: str, body: schemas.CodeProof) -> SessionTokens:
    """Prove the second factor by a code of the app, or by a recovery code.

    Raises `WrongCode`, `NoSecondFactor` and `TooManyRequests`.
    """
    person, session = await lock_own(work)
    if person.second_factor_since is None:
        raise NoSecondFactor
    await guesses.require_room(work, guesses.CODES, person.id)
    digits = body.code.replace(" ", "")
    if len(digits) == _TOTP_DIGITS and digits.isascii() and digits.isdigit():
        kind = ProofKind.TOTP if await _is_right(work, signing_key, person, digits) else None
    else:
        kind = ProofKind.RECOVERY_CODE if await use_code(work, person, body.code) else None
    if kind is None:
        await guesses.count_wrong(work, guesses.CODES, person.id)
        await records.proof_failed(work, person, "code")
        raise WrongCode
    await records.proven(work, person, kind)
    return await lift(work, signing_key, session)


async def _is_right(work: Work, signing_key: str, person: Person, code: str) -> bool:
    row = await find_totp(work.session, person.id, confirmed=True)
    if row is None:
        return False
    try:
        secret = open_secret(work, signing_key, row)
    except Unreadable:
        # A recovery code still helps, and so does another administrator.
        _log.error("second_factor_unreadable", person=str(person.id))
        return False
    step = matching_step(secret, code, work.now, after=row.last_step)
    if step is None:
        return False
    row.last_step, row.last_used_at = step, work.now
    return True


async def start_passkey(work: Work) -> schemas.PasskeyChallenge:
    """Issue a challenge for the person's passkeys. Raises `NoSecondFactor`."""
    person, session = await lock_own(work)
    passkeys = [row for row in await list_factors(work.session, person.id) if row.kind is FactorKind.PASSKEY]
    if not passkeys:
        raise NoSecondFactor
    challenge = await issue_challenge(work, person, session, ChallengePurpose.PROOF)
    return schemas.PasskeyChallenge(
        id=challenge.id,
        challenge=to_base64url(challenge.challenge),
        rp_id=relying_party(work.settings).id,
        allow_credentials=[to_base64url(row.credential_id) for row in passkeys if row.credential_id is not None],
        user_verification=work.settings.passkey_user_verification,
        expires_at=challenge.expires_at,
    )


async def verify_passkey(work: Work, signing_key: str, body: schemas.PasskeyProof) -> SessionTokens:
    """Prove the second factor by a passkey. The challenge is used up, whatever comes of it.

    Raises `ChallengeNotValid` and `PasskeyNotVerified`.
    """
    person, session = await lock_own(work)
    challenge = await take_challenge(work, body.challenge_id, session, ChallengePurpose.PROOF)
    answer = Signature(
        from_base64url(body.credential_id),
        from_base64url(body.client_data_json),
        from_base64url(body.authenticator_data),
        from_base64url(body.signature),
    )
    row = await find_passkey(work.session, person.id, answer.credential_id)
    if row is None or not _has_signed(work, row, challenge, answer):
        await records.proof_failed(work, person, "passkey")
        raise PasskeyNotVerified
    row.last_used_at = work.now
    await records.proven(work, person, ProofKind.PASSKEY)
    return await lift(work, signing_key, session)


def _has_signed(work: Work, row: Factor, challenge: bytes, answer: Signature) -> bool:
    """Check the signature and keep the new counter."""
    assert row.public_key is not None
    assert row.sign_count is not None
    try:
        row.sign_count = check_signature(
            relying_party(work.settings),
            challenge,
            answer,
            row.public_key,
            row.sign_count,
            must_verify_user=work.settings.passkey_user_verification == "required",
        )
    except NotVerified:
        return False
    return True


async def verify_own_password(work: Work, signing_key: str, body: schemas.PasswordProof) -> SessionTokens:
    """Prove the password again, for a person without a second factor.

    Raises `WrongPassword`, `SecondFactorInUse` and `TooManyRequests`.
    """
    assert work.actor.id is not None
    found = await get_row(work.session, Person, work.actor.id)
    known = found.password_hash
    async with work.aside():
        right = await verify_password(known, body.password)
    person, right = await lock_verified(work, work.actor.id, known, body.password, right=right)
    session = await lock_own_session(work)
    if person.second_factor_since is not None:
        raise SecondFactorInUse
    await guesses.require_room(work, guesses.PASSWORDS, person.id)
    if not right:
        await guesses.count_wrong(work, guesses.PASSWORDS, person.id)
        await records.proof_failed(work, person, "password")
        raise WrongPassword
    session.password_at = work.now
    await records.password_proven(work, person)
    place = place_of_actor(work.actor)
    owed = await owing(work, person.id, place, since=None, proven_at=session.second_factor_at)
    return await issue_tokens(work, signing_key, session, place, owed)


async def lift(work: Work, signing_key: str, session: Session) -> SessionTokens:
    """Note that the session has proved the second factor, and issue its tokens. One that owed it lives on as any
    other from now on."""
    place = place_of_actor(work.actor)
    if session.second_factor_at is None:
        prolong(work, session, place)
    session.second_factor_at = work.now
    await work.session.flush()
    return await issue_tokens(work, signing_key, session, place)
