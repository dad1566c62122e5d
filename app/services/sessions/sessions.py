"""Open, refresh and end sessions (R06).

A refused log-in never says what was wrong. `attempts` limits failures.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.database import Work
from app.domain.names import email_key
from app.domain.refusals.requests import NotFound
from app.domain.refusals.sessions import (
    FirstPasswordExpired,
    InvalidCredentials,
    RefreshTokenNotValid,
    RefreshTokenReused,
)
from app.domain.security_events import SecurityEventKind, SecurityOutcome
from app.models import Person, RefreshToken, Session
from app.queries.people import Place, find_person_by_email, place_of, place_of_actor
from app.queries.sessions import end_sessions, list_open_sessions, lock_refresh_token, lock_session
from app.schemas import sessions as schemas
from app.security.passwords import better_hash, verify_password
from app.security.tokens import Claims, issue_access_token, random_secret, secret_hash
from app.services import security_events
from app.services.factors.owing import NOTHING, Owing, owing
from app.services.rate_limits import give_back_at_the_end
from app.services.sessions.attempts import count_attempt
from app.services.sessions.lifetimes import absolute_end, idle_end
from app.services.sessions.verified import lock_verified

# A session that owes a password or a second factor has no refresh token, and lasts just long enough to bring it.
_LIMITED_SESSION = timedelta(minutes=30)

# Long enough for a second tab, short enough that a stolen token is worth little.
REFRESH_GRACE = timedelta(seconds=10)


@dataclass(frozen=True)
class Device:
    """Where a session is opened from."""

    address: str | None
    user_agent: str | None


async def open_session(
    work: Work, signing_key: str, device: Device, body: schemas.SessionCreate
) -> schemas.SessionTokens:
    """Log in. Raises `InvalidCredentials`, in the same words for an unknown address and a wrong password,
    `FirstPasswordExpired` and `TooManyRequests`."""
    found = await find_person_by_email(work.session, body.email)
    known = found.password_hash if found is not None else None
    await work.session.pause()
    attempt = await count_attempt(work, body.email, device.address, found.id if found is not None else None)
    async with work.aside():
        right = await verify_password(known, body.password)
        better = await better_hash(known, body.password) if right and known is not None else None
    # It waited in line: meanwhile the password may have changed, and the address.
    person = None
    if right and found is not None:
        person, right = await lock_verified(work, found.id, known, body.password, right=right)
        right = right and person.email_key == email_key(body.email)
    place = await place_of(work.session, person.id) if person is not None and right else None
    if person is None or place is None:
        person_id = found.id if found is not None else None
        await security_events.record(
            work,
            SecurityEventKind.LOG_IN,
            person_id=person_id,
            outcome=SecurityOutcome.FAILURE,
            detail={"last_attempt": True} if attempt.last else None,
        )
        raise InvalidCredentials
    give_back_at_the_end(work, attempt.counted)
    if better is not None and person.password_hash == known:
        person.password_hash = better
    expires = person.first_password_expires_at
    if person.must_change_password and (expires is None or expires <= work.now):
        await security_events.record(
            work,
            SecurityEventKind.LOG_IN,
            person_id=person.id,
            outcome=SecurityOutcome.FAILURE,
            detail={"reason": "first password expired"},
            even_if_refused=True,
        )
        raise FirstPasswordExpired
    await security_events.record(work, SecurityEventKind.LOG_IN, person_id=person.id)
    return await start(work, signing_key, device, person, place)


async def start(
    work: Work,
    signing_key: str,
    device: Device,
    person: Person,
    place: Place,
    *,
    second_factor_at: datetime | None = None,
) -> schemas.SessionTokens:
    """Start a session for an authenticated person, who may have proved the second factor already. The person must be
    locked."""
    owed = await owing(work, person.id, place, since=person.second_factor_since, proven_at=second_factor_at)
    if person.must_change_password:
        # First things first: the session that follows says what else is owed.
        owed = NOTHING
    limited = person.must_change_password or owed.owed
    expires_at = work.now + _LIMITED_SESSION if limited else idle_end(work.settings, place, work.now, work.now)
    session = Session(
        person_id=person.id,
        first_password=person.must_change_password,
        second_factor_at=second_factor_at,
        password_at=work.now,
        started_at=work.now,
        last_used_at=work.now,
        expires_at=expires_at,
        address=device.address,
        user_agent=device.user_agent[:300] if device.user_agent else None,
    )
    work.session.add(session)
    await work.session.flush()
    return await issue_tokens(work, signing_key, session, place, owed)


async def issue_tokens(
    work: Work, signing_key: str, session: Session, place: Place, owed: Owing = NOTHING
) -> schemas.SessionTokens:
    """Issue tokens for a session. One that owes something gets no refresh token."""
    left = max(session.expires_at - work.now, timedelta(seconds=1))
    lifetime = min(timedelta(minutes=work.settings.access_token_minutes), left)
    refresh = None
    if not (session.first_password or owed.owed):
        refresh = random_secret()
        work.session.add(RefreshToken(session_id=session.id, token_hash=secret_hash(refresh), issued_at=work.now))
        await work.session.flush()
    return schemas.SessionTokens(
        session_id=session.id,
        access_token=issue_access_token(signing_key, Claims(session.person_id, session.id, None), work.now, lifetime),
        token_type="Bearer",
        expires_in=int(lifetime.total_seconds()),
        refresh_token=refresh,
        session_expires_at=session.expires_at,
        session_ends_at=_end(work, session, place),
        must_change_password=session.first_password,
        second_factor_required=owed.owed,
        second_factors=list(owed.kinds),
    )


def prolong(work: Work, session: Session, place: Place) -> None:
    """Have a session last as long as one that was used just now."""
    session.last_used_at = work.now
    session.expires_at = idle_end(work.settings, place, session.started_at, work.now)


def _end(work: Work, session: Session, place: Place) -> datetime:
    if session.first_password:
        return session.expires_at
    return absolute_end(work.settings, place, session.started_at)


async def refresh_session(work: Work, signing_key: str, body: schemas.SessionRefresh) -> schemas.SessionTokens:
    """Exchange a refresh token for new tokens. Using one again ends the session: it may be stolen (RFC 9700).

    For a few seconds the same token still answers: two tabs of one browser send it at once.
    """
    found = await lock_refresh_token(work.session, secret_hash(body.refresh_token))
    session = await lock_session(work.session, found[0].session_id) if found else None
    if found is None or session is None or session.ended_at is not None:
        raise RefreshTokenNotValid
    token, place = found[0], Place.STAFF if found[1] else Place.CENTRE
    if min(session.expires_at, absolute_end(work.settings, place, session.started_at)) <= work.now:
        raise RefreshTokenNotValid
    if token.used_at is not None and work.now > token.used_at + REFRESH_GRACE:
        session.ended_at = work.now
        session.ended_because = "refresh token used twice"
        await security_events.record(
            work, SecurityEventKind.TOKEN_REUSED, person_id=session.person_id, outcome=SecurityOutcome.FAILURE
        )
        raise RefreshTokenReused
    token.used_at = token.used_at or work.now
    prolong(work, session, place)
    owed = await owing(work, session.person_id, place, since=found[2], proven_at=session.second_factor_at)
    return await issue_tokens(work, signing_key, session, place, owed)


async def end_session(work: Work, session_id: str) -> None:
    """Log out: `current`, or another of one's own sessions. Repeating it is a no-op.

    Raises `NotFound` for anybody else's.
    """
    try:
        wanted = work.actor.session_id if session_id == "current" else UUID(session_id)
    except ValueError as error:
        raise NotFound from error
    row = await lock_session(work.session, wanted)
    if row is None or row.person_id != work.actor.id:
        raise NotFound
    if row.ended_at is None:
        row.ended_at = work.now
        row.ended_because = "logged out"
        own = row.id == work.actor.session_id
        kind = SecurityEventKind.LOG_OUT if own else SecurityEventKind.SESSION_ENDED
        await security_events.record(
            work, kind, person_id=row.person_id, detail=None if own else {"session_id": str(row.id)}
        )


async def end_others(work: Work) -> None:
    """Log out everywhere else. Repeating it is a no-op."""
    assert work.actor.id is not None
    ended = await end_sessions(work, work.actor.id, "logged out elsewhere", but=work.actor.session_id)
    if ended:
        await security_events.record(
            work, SecurityEventKind.SESSION_ENDED, person_id=work.actor.id, detail={"sessions": len(ended)}
        )


async def list_all(work: Work) -> schemas.SessionList:
    """List one's own open sessions."""
    assert work.actor.id is not None
    rows = await list_open_sessions(work.session, work.actor.id, work.now)
    place = place_of_actor(work.actor)
    return schemas.SessionList(
        items=[
            schemas.SessionInfo(
                id=row.id,
                current=row.id == work.actor.session_id,
                started_at=row.started_at,
                last_used_at=row.last_used_at,
                expires_at=row.expires_at,
                ends_at=_end(work, row, place),
                address=row.address,
                user_agent=row.user_agent,
            )
            for row in rows
        ]
    )
