"""Sessions, refresh tokens and password resets."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain import limits
from app.models import Centre, Membership, PasswordReset, Person, RefreshToken, Session, StaffMember
from app.queries.locking import lock_found, locking
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.OWN)
async def list_open_sessions(session: AsyncSession, person_id: UUID, now: datetime) -> Sequence[Session]:
    """List the person's open sessions, newest first."""
    rows = await session.scalars(
        select(Session)
        .where(Session.person_id == person_id, Session.ended_at.is_(None), Session.expires_at > now)
        .order_by(Session.started_at.desc(), Session.id.desc())
        .limit(limits.SESSIONS)
    )
    return rows.all()


@unfiltered(Reason.OWN)
async def list_addresses(session: AsyncSession, person_id: UUID) -> Sequence[str]:
    """List the network addresses that the person's newest sessions were opened from, ended ones included."""
    newest = (
        select(Session.address)
        .where(Session.person_id == person_id, Session.address.is_not(None))
        .order_by(Session.started_at.desc())
        .limit(limits.SESSIONS)
        .subquery()
    )
    return (await session.scalars(select(newest.c.address).distinct())).all()


@unfiltered(Reason.OWN)
async def lock_session(session: AsyncSession, id_: UUID | None) -> Session | None:
    """Lock the session."""
    return await lock_found(session, select(Session).where(Session.id == id_))


@unfiltered(Reason.OWN)
async def lock_refresh_token(
    session: AsyncSession, token_hash: bytes
) -> tuple[RefreshToken, bool, datetime | None] | None:
    """Lock the refresh token, so that one request at a time uses it. Beside it: true if its person is active staff, and
    since when they have had a second factor."""
    staff = (
        select(StaffMember.id)
        .join(Session, Session.person_id == StaffMember.person_id)
        .where(Session.id == RefreshToken.session_id, StaffMember.deactivated_at.is_(None))
    )
    since = (
        select(Person.second_factor_since)
        .join(Session, Session.person_id == Person.id)
        .where(Session.id == RefreshToken.session_id)
    )
    statement = select(RefreshToken, staff.exists(), since.scalar_subquery()).where(
        RefreshToken.token_hash == token_hash
    )
    fresh = locking(statement, RefreshToken).execution_options(populate_existing=True)
    row = (await session.execute(fresh)).one_or_none()
    return (row[0], row[1], row[2]) if row is not None else None


@unfiltered(Reason.OWN)
async def find_password_reset(session: AsyncSession, token_hash: bytes) -> PasswordReset | None:
    """Find the password reset with this token."""
    found: PasswordReset | None = await session.scalar(
        select(PasswordReset).where(PasswordReset.token_hash == token_hash)
    )
    return found


@unfiltered(Reason.OWN)
async def lock_password_reset(session: AsyncSession, token_hash: bytes) -> PasswordReset | None:
    """Lock the password reset, so that it is used once."""
    return await lock_found(session, select(PasswordReset).where(PasswordReset.token_hash == token_hash))


@unfiltered(Reason.OWN)
async def list_own_centres(session: AsyncSession, person_id: UUID) -> Sequence[tuple[Centre, Membership]]:
    """List the person's centres by name, up to the limit."""
    rows = await session.execute(
        select(Centre, Membership)
        .join(Membership, Membership.centre_id == Centre.id)
        .where(Membership.person_id == person_id, Membership.deactivated_at.is_(None), ~Membership.pending)
        .order_by(Centre.name, Centre.id)
        .limit(limits.MEMBERSHIPS)
    )
    return [(centre, membership) for centre, membership in rows]


@unfiltered(Reason.OWN)
async def end_sessions(work: Work, person_id: UUID, because: str, *, but: UUID | None = None) -> Collection[UUID]:
    """End the person's open sessions, `but` one if given, and return their ids."""
    statement = update(Session).where(Session.person_id == person_id, Session.ended_at.is_(None))
    if but is not None:
        statement = statement.where(Session.id != but)
    ended = statement.values(ended_at=work.now, ended_because=because).returning(Session.id)
    return (await work.session.scalars(ended)).all()


@unfiltered(Reason.OWN)
async def void_password_resets(work: Work, person_id: UUID) -> None:
    """Make the person's unused reset tokens invalid."""
    unused = update(PasswordReset).where(PasswordReset.person_id == person_id, PasswordReset.used_at.is_(None))
    await work.session.execute(unused.values(used_at=work.now))
