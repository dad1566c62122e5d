"""Invitations of centre users, by their tokens."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.models import Centre, Invitation, Membership, Person
from app.queries.locking import lock_found
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.OWN)
async def find_invitation(
    session: AsyncSession, token_hash: bytes
) -> tuple[Invitation, Membership, Centre, Person] | None:
    """Find the invitation with this token, its membership, centre and person."""
    row = (
        await session.execute(
            select(Invitation, Membership, Centre, Person)
            .join(Membership, Membership.id == Invitation.membership_id)
            .join(Centre, Centre.id == Membership.centre_id)
            .join(Person, Person.id == Membership.person_id)
            .where(Invitation.token_hash == token_hash)
        )
    ).one_or_none()
    return (row[0], row[1], row[2], row[3]) if row is not None else None


@unfiltered(Reason.OWN)
async def lock_invitation(session: AsyncSession, id_: UUID) -> Invitation | None:
    """Lock the invitation, so that it is used once."""
    return await lock_found(session, select(Invitation).where(Invitation.id == id_))


@unfiltered(Reason.SYSTEM)
async def void_invitations(work: Work, membership_id: UUID) -> None:
    """Make the unused tokens of the membership invalid."""
    unused = update(Invitation).where(Invitation.membership_id == membership_id, Invitation.used_at.is_(None))
    await work.session.execute(unused.values(used_at=work.now))
