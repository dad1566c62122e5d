"""Add an authenticator app or a passkey. It counts once it has proved that it works."""

from app.database import Work
from app.domain.factors import ENROLMENT_LIFE, MOST_FACTORS, ChallengePurpose, FactorKind
from app.domain.refusals.factors import NoTotpStarted, PasskeyNotVerified, TooManyFactors, WrongCode
from app.models import Factor, Person, Session
from app.queries.factors import count_recovery_codes, find_totp, list_factors
from app.schemas import factors as schemas
from app.security.passkeys import ALGORITHMS, NewPasskey, NotVerified, check_registration
from app.security.totp import enrolment_uri, matching_step, new_secret
from app.services.factors import guesses, records
from app.services.factors.challenges import from_base64url, issue_challenge, take_challenge, to_base64url
from app.services.factors.own import lock_to_change
from app.services.factors.proving import lift
from app.services.factors.recovery_codes import replace_codes
from app.services.factors.totp_secrets import open_secret, seal_secret
from app.settings.passkeys import relying_party


async def list_own(work: Work) -> schemas.SecondFactorList:
    """List one's own second factors."""
    assert work.actor.id is not None
    rows = await list_factors(work.session, work.actor.id)
    return schemas.SecondFactorList(
        required=work.settings.staff_need_second_factor and work.actor.is_staff,
        items=[_to_schema(row) for row in rows],
        recovery_codes_left=await count_recovery_codes(work.session, work.actor.id),
    )


async def start_totp(work: Work, signing_key: str, body: schemas.TotpStart) -> schemas.TotpEnrolment:
    """Make a secret for an app, which waits for a code. An earlier one that still waits goes.

    Raises `TooManyFactors`.
    """
    person, _ = await lock_to_change(work)
    await _require_room(work, person)
    waiting = await find_totp(work.session, person.id, confirmed=False)
    if waiting is not None:
        await work.session.delete(waiting)
    secret = new_secret()
    row = Factor(person_id=person.id, kind=FactorKind.TOTP, name=body.name, created_at=work.now)
    seal_secret(signing_key, row, secret)
    work.session.add(row)
    await work.session.flush()
    return schemas.TotpEnrolment(
        secret=secret,
        otpauth_uri=enrolment_uri(secret, account=person.email, issuer=work.settings.organisation.short_name),
        expires_at=work.now + ENROLMENT_LIFE,
    )


async def complete_totp(work: Work, signing_key: str, body: schemas.TotpConfirmation) -> schemas.SecondFactorAdded:
    """Confirm the app by a code. It takes the place of an earlier app.

    Raises `NoTotpStarted`, `WrongCode` and `TooManyRequests`.
    """
    person, session = await lock_to_change(work)
    row = await find_totp(work.session, person.id, confirmed=False)
    if row is None or row.created_at + ENROLMENT_LIFE <= work.now:
        raise NoTotpStarted
    await guesses.require_room(work, guesses.CODES, person.id)
    step = matching_step(open_secret(work, signing_key, row), body.code.replace(" ", ""), work.now, after=None)
    if step is None:
        await guesses.count_wrong(work, guesses.CODES, person.id)
        await records.proof_failed(work, person, "code")
        raise WrongCode
    earlier = await find_totp(work.session, person.id, confirmed=True)
    if earlier is not None:
        await work.session.delete(earlier)
        await work.session.flush()
    row.confirmed_at = row.last_used_at = work.now
    row.last_step = step
    return await _added(work, signing_key, person, session, row)


async def start_passkey(work: Work) -> schemas.PasskeyRegistration:
    """Issue a challenge for a new passkey. Raises `TooManyFactors`."""
    person, session = await lock_to_change(work)
    rows = await _require_room(work, person)
    challenge = await issue_challenge(work, person, session, ChallengePurpose.REGISTRATION)
    party = relying_party(work.settings)
    return schemas.PasskeyRegistration(
        id=challenge.id,
        challenge=to_base64url(challenge.challenge),
        rp_id=party.id,
        rp_name=party.name,
        user_id=to_base64url(person.id.bytes),
        user_name=person.email,
        user_display_name=person.name,
        algorithms=list(ALGORITHMS),
        exclude_credentials=[to_base64url(row.credential_id) for row in rows if row.credential_id is not None],
        user_verification=work.settings.passkey_user_verification,
        expires_at=challenge.expires_at,
    )


async def create_passkey(work: Work, signing_key: str, body: schemas.PasskeyCreate) -> schemas.SecondFactorAdded:
    """Add a passkey that answers the challenge. The challenge is used up, whatever comes of it.

    Raises `ChallengeNotValid`, `PasskeyNotVerified`, `PasskeyAlreadyAdded` and `TooManyFactors`.
    """
    person, session = await lock_to_change(work)
    await _require_room(work, person)
    challenge = await take_challenge(work, body.registration_id, session, ChallengePurpose.REGISTRATION)
    made = _made(work, challenge, body)
    row = Factor(
        person_id=person.id,
        kind=FactorKind.PASSKEY,
        name=body.name,
        created_at=work.now,
        confirmed_at=work.now,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
    )
    work.session.add(row)
    await work.session.flush()
    return await _added(work, signing_key, person, session, row)


def _made(work: Work, challenge: bytes, body: schemas.PasskeyCreate) -> NewPasskey:
    try:
        return check_registration(
            relying_party(work.settings),
            challenge,
            from_base64url(body.client_data_json),
            from_base64url(body.attestation_object),
            must_verify_user=work.settings.passkey_user_verification == "required",
        )
    except NotVerified as error:
        raise PasskeyNotVerified from error


async def _require_room(work: Work, person: Person) -> list[Factor]:
    """Return the person's second factors. Raises `TooManyFactors`."""
    rows = list(await list_factors(work.session, person.id))
    if len(rows) >= MOST_FACTORS:
        raise TooManyFactors
    return rows


async def _added(
    work: Work, signing_key: str, person: Person, session: Session, row: Factor
) -> schemas.SecondFactorAdded:
    """Record a second factor that counts; the session has proved it. The first one brings recovery codes."""
    codes = None
    if person.second_factor_since is None:
        person.second_factor_since = work.now
        codes = await replace_codes(work, person)
    await work.session.flush()
    await records.added(work, person, row)
    tokens = await lift(work, signing_key, session)
    return schemas.SecondFactorAdded(factor=_to_schema(row), recovery_codes=codes, session=tokens)


def _to_schema(row: Factor) -> schemas.SecondFactor:
    return schemas.SecondFactor(
        id=row.id, kind=row.kind, name=row.name, created_at=row.created_at, last_used_at=row.last_used_at
    )
