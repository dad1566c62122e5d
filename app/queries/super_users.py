"""Replacements of a centre's super users."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import limits
from app.models import Membership, SuperUserReplacement
from app.queries.locking import lock_found
from app.queries.visibility import Reason, unfiltered


def _waits() -> ColumnElement[bool]:
    return and_(SuperUserReplacement.made_at.is_(None), SuperUserReplacement.cancelled_at.is_(None))


@unfiltered(Reason.JUDGED)
async def list_replacements(session: AsyncSession, centre_id: UUID) -> Sequence[SuperUserReplacement]:
    """List the centre's newest replacements, newest first."""
    row = SuperUserReplacement
    mine = select(row).where(row.centre_id == centre_id).order_by(row.id.desc()).limit(limits.SUPER_USER_REPLACEMENTS)
    return (await session.scalars(mine)).all()


@unfiltered(Reason.JUDGED)
async def is_under_way(session: AsyncSession, centre_id: UUID) -> bool:
    """True while a replacement of the centre waits for its successor."""
    waiting = select(SuperUserReplacement.id).where(SuperUserReplacement.centre_id == centre_id, _waits())
    return bool(await session.scalar(select(waiting.exists())))


@unfiltered(Reason.JUDGED)
async def lock_waiting(session: AsyncSession, successor_user_id: UUID) -> SuperUserReplacement | None:
    """Lock the replacement that waits for this user."""
    row = SuperUserReplacement
    return await lock_found(session, select(row).where(row.successor_user_id == successor_user_id, _waits()))


@unfiltered(Reason.OWN)
async def awaited_user_ids(session: AsyncSession, person_id: UUID) -> Sequence[UUID]:
    """Find the person's memberships that a replacement waits for."""
    member = Membership
    awaited = (
        select(member.id)
        .join(SuperUserReplacement, SuperUserReplacement.successor_user_id == member.id)
        .where(member.person_id == person_id, _waits())
        .order_by(member.id)
    )
    return (await session.scalars(awaited)).all()
