"""A centre's contacts and the roles they hold."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.contact_roles import ContactRole
from app.models import Contact, HeldRole
from app.queries.locking import lock_row
from app.queries.visibility import Found, Reason, unfiltered, visible_to


async def find_contact(work: Work, ids: Mapping[str, UUID]) -> Found[Contact] | None:
    """Find the contact in the path, current or ended."""
    row = await work.session.scalar(
        select(Contact).where(
            Contact.id == ids["contact_id"],
            Contact.centre_id == ids["centre_id"],
            visible_to(work.actor, Contact.centre_id),
        )
    )
    return Found(row, row.centre_id) if row is not None else None


async def lock_contact(session: AsyncSession, id_: UUID) -> Contact:
    """Lock the row and read it afresh."""
    return await lock_row(session, Contact, id_)


@unfiltered(Reason.JUDGED)
async def list_current_contacts(session: AsyncSession, centre_id: UUID) -> Sequence[Contact]:
    """List the centre's current contacts, oldest first."""
    rows = await session.scalars(
        select(Contact)
        .where(Contact.centre_id == centre_id, Contact.ended_at.is_(None))
        .order_by(Contact.created_at, Contact.id)
    )
    return rows.all()


@unfiltered(Reason.JUDGED)
async def count_current_contacts(session: AsyncSession, centre_id: UUID) -> int:
    """Count the centre's current contacts."""
    return (
        await session.scalar(
            select(func.count()).select_from(Contact).where(Contact.centre_id == centre_id, Contact.ended_at.is_(None))
        )
        or 0
    )


@unfiltered(Reason.JUDGED)
async def list_held_roles(session: AsyncSession, centre_id: UUID) -> Sequence[HeldRole]:
    """List every held role of the centre with its contact."""
    return (await session.scalars(select(HeldRole).where(HeldRole.centre_id == centre_id))).all()


@unfiltered(Reason.JUDGED)
async def finance_contact(session: AsyncSession, centre_id: UUID) -> Contact | None:
    """Find the current finance contact (R09)."""
    found: Contact | None = await session.scalar(
        select(Contact)
        .join(HeldRole, HeldRole.contact_id == Contact.id)
        .where(HeldRole.centre_id == centre_id, HeldRole.role == ContactRole.FINANCE)
    )
    return found


@unfiltered(Reason.JUDGED)
async def list_other_holders(
    session: AsyncSession, centre_id: UUID, roles: Collection[ContactRole], but: UUID | None
) -> Sequence[tuple[ContactRole, Contact]]:
    """List who holds any of the roles already, except one contact."""
    rows = await session.execute(
        select(HeldRole.role, Contact)
        .join(Contact, Contact.id == HeldRole.contact_id)
        .where(HeldRole.centre_id == centre_id, HeldRole.role.in_(roles), Contact.id.is_distinct_from(but))
        .order_by(HeldRole.role)
    )
    return [(role, contact) for role, contact in rows]
