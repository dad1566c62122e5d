"""Signing in and out, one's own account, and passwords (R06)."""

from typing import Annotated

from fastapi import Path

from app.domain.permissions import Permission
from app.domain.refusals.sessions import (
    FirstPasswordExpired,
    InvalidCredentials,
    RefreshTokenNotValid,
    RefreshTokenReused,
    ResetTokenNotValid,
)
from app.http.access import Owed, public, require
from app.http.dependencies import DeviceDep, ExpectedDep, SigningKeyDep, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.schemas import sessions as schemas
from app.services.rate_limits import Limit
from app.services.sessions import me, passwords, sessions

routes = router("/v1", "Sessions")
_OWN = require(Permission.OWN_ACCOUNT)
_CHANGE_PASSWORD = require(Permission.OWN_ACCOUNT, first_password=True, limits=(Limit("password_change", 30, 3600),))
_OWN_IN_ANY_SESSION = require(Permission.OWN_ACCOUNT, first_password=True, owed=Owed.ALL)


@routes.post(
    "/sessions",
    operation_id="createSession",
    status_code=201,
    response_description="The open session and its tokens.",
    summary="Sign in",
    dependencies=[public(Limit("log_in", 120, 60), replays=False, location="/v1/sessions", accounts=True)],
)
@refuses(InvalidCredentials, FirstPasswordExpired)
async def create_session(
    work: WorkDep, key: SigningKeyDep, device: DeviceDep, body: schemas.SessionCreate
) -> schemas.SessionTokens:
    """Exchanges an email address and password for an access token and a refresh token. While the first password
    must be changed, or a second factor is owed (`second_factor_required`), the session can do nothing else."""
    return await sessions.open_session(work, key, device, body)


@routes.get("/sessions", operation_id="listSessions", summary="List your sessions", dependencies=[_OWN])
async def list_sessions(work: WorkDep) -> schemas.SessionList:
    """Returns the caller's open sessions, newest first."""
    return await sessions.list_all(work)


@routes.delete(
    "/sessions", operation_id="endOtherSessions", status_code=204, summary="Sign out elsewhere", dependencies=[_OWN]
)
async def end_other_sessions(work: WorkDep) -> None:
    """Ends every open session of the caller except the one that makes this request."""
    await sessions.end_others(work)


@routes.post(
    "/sessions/refresh",
    operation_id="refreshSession",
    response_description="The refreshed session and its new tokens.",
    summary="Refresh a session",
    dependencies=[public(Limit("refresh", 240, 60), replays=False, accounts=True)],
)
@refuses(RefreshTokenNotValid, RefreshTokenReused)
async def refresh_session(work: WorkDep, key: SigningKeyDep, body: schemas.SessionRefresh) -> schemas.SessionTokens:
    """Exchanges a refresh token for new tokens. A refresh token works once. For 10 seconds the same one still answers,
    for a browser with two tabs; using it later ends the session."""
    return await sessions.refresh_session(work, key, body)


@routes.delete(
    "/sessions/{session}",
    operation_id="endSession",
    status_code=204,
    summary="Sign out",
    dependencies=[_OWN_IN_ANY_SESSION],
)
async def end_session(
    work: WorkDep,
    session: Annotated[str, Path(description="The session's id, or `current`.", max_length=64, examples=["current"])],
) -> None:
    """Ends a session at once: the current one, or another of the caller's."""
    await sessions.end_session(work, session)


@routes.get("/me", operation_id="getMe", summary="Read your account", dependencies=[_OWN_IN_ANY_SESSION])
async def get_me(work: WorkDep) -> schemas.Me:
    """Returns the person who is signed in, with roles and centres, and whether the first password must be changed."""
    return await me.show(work)


@routes.patch("/me", operation_id="updateMe", summary="Change your details", dependencies=[_OWN])
async def update_me(work: WorkDep, expected: ExpectedDep, body: schemas.MeUpdate) -> schemas.Me:
    """Changes the caller's name, job title or telephone number (JSON Merge Patch)."""
    return await me.update(work, expected, body)


@routes.put(
    "/me/password",
    operation_id="changePassword",
    response_description="A new session and its tokens.",
    summary="Change your password",
    dependencies=[_CHANGE_PASSWORD],
)
async def change_password(
    work: WorkDep, key: SigningKeyDep, device: DeviceDep, body: schemas.PasswordChange
) -> schemas.SessionTokens:
    """Ends every session of the caller, this one included. The answer opens a new one."""
    return await passwords.change_password(work, key, device, body)


@routes.post(
    "/password-resets",
    operation_id="requestPasswordReset",
    status_code=202,
    summary="Request a password reset",
    dependencies=[public(Limit("password_reset", 20, 3600), accounts=True)],
)
async def request_password_reset(work: WorkDep, body: schemas.PasswordResetCreate) -> schemas.PasswordResetReceipt:
    """Emails a reset link if the address has a log-in. The answer is the same for every address, so that nobody can
    find out who has one."""
    return await passwords.request_password_reset(work, body)


@routes.post(
    "/password-resets/completion",
    operation_id="completePasswordReset",
    status_code=204,
    summary="Set a new password",
    dependencies=[public(Limit("password_reset_completion", 60, 3600), replays=False, accounts=True)],
)
@refuses(ResetTokenNotValid)
async def complete_password_reset(work: WorkDep, body: schemas.PasswordResetCompletion) -> None:
    """Sets a new password with the token from the email. The token goes in the body, never in a URL."""
    await passwords.complete_password_reset(work, body)
