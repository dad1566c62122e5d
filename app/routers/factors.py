"""Second factors: one's own, their proof in the current session, and a reset for somebody who has lost them."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.factors import (
    ChallengeNotValid,
    LastFactorRequired,
    NoSecondFactor,
    NoTotpStarted,
    OwnFactorsReset,
    PasskeyAlreadyAdded,
    PasskeyNotVerified,
    SecondFactorInUse,
    TooManyFactors,
    WrongCode,
    WrongPassword,
)
from app.http.access import Owed, require
from app.http.dependencies import SigningKeyDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import Factor, Membership, StaffMember
from app.queries.centre_users import find_centre_user
from app.queries.factors import find_own_factor
from app.queries.staff import find_staff_member
from app.schemas import factors as schemas
from app.schemas.sessions import SessionTokens
from app.services.factors import adding, proving, recovery_codes, removing
from app.services.rate_limits import Limit

routes = router("/v1", "Second factors")

_LIST = "/v1/me/second-factors"
_WHILE_NONE = require(Permission.OWN_ACCOUNT, owed=Owed.IF_NONE_ADDED)
_START = require(Permission.OWN_ACCOUNT, owed=Owed.IF_NONE_ADDED, step_up=True, replays=False)
_LETTERS = (Limit("second_factor_letters", 30, 3600),)
_COMPLETE = require(Permission.OWN_ACCOUNT, owed=Owed.IF_NONE_ADDED, replays=False, location=_LIST, limits=_LETTERS)
_PROVE = require(Permission.OWN_ACCOUNT, owed=Owed.ALL, replays=False)


@routes.get(
    "/me/second-factors",
    operation_id="listSecondFactors",
    summary="List your second factors",
    dependencies=[_WHILE_NONE],
)
async def list_second_factors(work: WorkDep) -> schemas.SecondFactorList:
    """Returns the caller's second factors, oldest first, and how many recovery codes are left."""
    return await adding.list_own(work)


@routes.post(
    "/me/second-factors/totp",
    operation_id="startTotp",
    response_description="The secret, which is not shown again.",
    summary="Start to add an authenticator app",
    dependencies=[_START],
)
@refuses(TooManyFactors)
async def start_totp(work: WorkDep, key: SigningKeyDep, body: schemas.TotpStart) -> schemas.TotpEnrolment:
    """Makes a secret for an authenticator app. Show `otpauth_uri` as a QR code. It counts once `completeTotp` has
    received a code."""
    return await adding.start_totp(work, key, body)


@routes.post(
    "/me/second-factors/totp/confirmation",
    operation_id="completeTotp",
    status_code=201,
    summary="Confirm an authenticator app",
    dependencies=[_COMPLETE],
)
@refuses(NoTotpStarted, WrongCode)
async def complete_totp(work: WorkDep, key: SigningKeyDep, body: schemas.TotpConfirmation) -> schemas.SecondFactorAdded:
    """Adds the app, in place of an earlier one. The session has proved its second factor with it. The first second
    factor brings recovery codes, which are shown once."""
    return await adding.complete_totp(work, key, body)


@routes.post(
    "/me/second-factors/passkey-registrations",
    operation_id="startPasskey",
    response_description="The challenge.",
    summary="Start to add a passkey",
    dependencies=[_START],
)
@refuses(TooManyFactors)
async def start_passkey(work: WorkDep) -> schemas.PasskeyRegistration:
    """Returns what the browser's navigator.credentials.create needs. The challenge is used once, in this session."""
    return await adding.start_passkey(work)


@routes.post(
    "/me/second-factors/passkeys",
    operation_id="createPasskey",
    status_code=201,
    summary="Add a passkey",
    dependencies=[_COMPLETE],
)
@refuses(ChallengeNotValid, PasskeyNotVerified, PasskeyAlreadyAdded, TooManyFactors)
async def create_passkey(work: WorkDep, key: SigningKeyDep, body: schemas.PasskeyCreate) -> schemas.SecondFactorAdded:
    """Adds the passkey that the browser created. The session has proved its second factor with it. The first second
    factor brings recovery codes, which are shown once."""
    return await adding.create_passkey(work, key, body)


@routes.delete(
    "/me/second-factors/{factor_id}",
    operation_id="deleteSecondFactor",
    status_code=204,
    summary="Remove a second factor",
    dependencies=[require(Permission.OWN_ACCOUNT, find_own_factor, step_up=True, limits=_LETTERS)],
)
@refuses(LastFactorRequired)
async def delete_second_factor(work: WorkDep, row: Annotated[Factor, Target]) -> None:
    """Removes one of the caller's second factors. Recovery codes go with the last one. Refused for the last one of
    staff who need one."""
    await removing.remove(work, row)


@routes.post(
    "/me/recovery-codes",
    operation_id="issueRecoveryCodes",
    status_code=201,
    summary="Make new recovery codes",
    dependencies=[
        require(
            Permission.OWN_ACCOUNT,
            step_up=True,
            replays=False,
            location=_LIST,
            limits=(Limit("recovery_codes", 10, 3600),),
        )
    ],
)
@refuses(NoSecondFactor)
async def issue_recovery_codes(work: WorkDep) -> schemas.RecoveryCodeSet:
    """Makes ten recovery codes and shows them once. Earlier ones stop working."""
    return await recovery_codes.issue(work)


@routes.post(
    "/sessions/current/code-verifications",
    operation_id="verifyCode",
    response_description="The session and its new tokens.",
    summary="Prove your second factor by a code",
    dependencies=[_PROVE],
)
@refuses(NoSecondFactor, WrongCode)
async def verify_code(work: WorkDep, key: SigningKeyDep, body: schemas.CodeProof) -> SessionTokens:
    """Proves the second factor by a code of the authenticator app or by a recovery code, after signing in or before a
    change that needs a fresh proof. Each code works once."""
    return await proving.verify_code(work, key, body)


@routes.post(
    "/sessions/current/passkey-challenges",
    operation_id="startPasskeyVerification",
    response_description="The challenge.",
    summary="Start to prove your second factor by a passkey",
    dependencies=[_PROVE],
)
@refuses(NoSecondFactor)
async def start_passkey_verification(work: WorkDep) -> schemas.PasskeyChallenge:
    """Returns what the browser's navigator.credentials.get needs. The challenge is used once, in this session."""
    return await proving.start_passkey(work)


@routes.post(
    "/sessions/current/passkey-verifications",
    operation_id="verifyPasskey",
    response_description="The session and its new tokens.",
    summary="Prove your second factor by a passkey",
    dependencies=[_PROVE],
)
@refuses(ChallengeNotValid, PasskeyNotVerified)
async def verify_passkey(work: WorkDep, key: SigningKeyDep, body: schemas.PasskeyProof) -> SessionTokens:
    """Proves the second factor by a passkey, after signing in or before a change that needs a fresh proof."""
    return await proving.verify_passkey(work, key, body)


@routes.post(
    "/sessions/current/password-verifications",
    operation_id="verifyPassword",
    response_description="The session and its new tokens.",
    summary="Prove your password again",
    dependencies=[require(Permission.OWN_ACCOUNT, owed=Owed.IF_NONE_ADDED, replays=False)],
)
@refuses(SecondFactorInUse, WrongPassword)
async def verify_password(work: WorkDep, key: SigningKeyDep, body: schemas.PasswordProof) -> SessionTokens:
    """Proves the password before a change that needs a fresh proof, for a person without a second factor."""
    return await proving.verify_own_password(work, key, body)


@routes.post(
    "/staff/{staff_id}/second-factor-reset",
    operation_id="resetStaffSecondFactors",
    summary="Reset a staff member's second factors",
    dependencies=[require(Permission.RESET_SECOND_FACTORS, find_staff_member, step_up=True)],
)
@refuses(OwnFactorsReset, NoSecondFactor)
async def reset_staff_second_factors(
    work: WorkDep, row: Annotated[StaffMember, Target], body: schemas.SecondFactorReset
) -> schemas.SecondFactorResetReceipt:
    """Removes every second factor and recovery code of somebody who has lost them, ends their sessions, and tells them
    by email. Nobody resets their own."""
    return await removing.reset_for_staff(work, row, body)


@routes.post(
    "/centres/{centre_id}/users/{user_id}/second-factor-reset",
    operation_id="resetCentreUserSecondFactors",
    summary="Reset a centre user's second factors",
    dependencies=[require(Permission.RESET_SECOND_FACTORS, find_centre_user, step_up=True)],
)
@refuses(NoSecondFactor)
async def reset_centre_user_second_factors(
    work: WorkDep, row: Annotated[Membership, Target], body: schemas.SecondFactorReset
) -> schemas.SecondFactorResetReceipt:
    """Removes every second factor and recovery code of a user who has lost them, ends their sessions, and tells them by
    email."""
    return await removing.reset_for_centre_user(work, row, body)
