"""The awarding organisation's own people."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.actors import StaffRole
from app.models import Membership, Person, StaffMember
from app.queries.locking import lock_found, lock_row, locking
from app.queries.paging import fetch_page, page_of
from app.queries.visibility import Found, Reason, staff_only, unfiltered
from app.schemas.staff import StaffMemberQuery


async def find_staff_member(work: Work, ids: Mapping[str, UUID]) -> Found[StaffMember] | None:
    """Find the staff member in the path, for staff."""
    row = await work.session.scalar(
        select(StaffMember).where(StaffMember.id == ids["staff_id"], staff_only(work.actor))
    )
    return Found(row) if row is not None else None


async def list_staff(work: Work, query: StaffMemberQuery) -> tuple[list[tuple[StaffMember, Person]], str | None]:
    """List a page of staff, oldest first."""
    statement = select(StaffMember).where(staff_only(work.actor))
    if query.role is not None:
        statement = statement.where(StaffMember.roles.contains([query.role.value]))
    if query.active is not None:
        ended = StaffMember.deactivated_at
        statement = statement.where(ended.is_(None) if query.active else ended.is_not(None))
    rows, cursor = await fetch_page(work.session, statement, page_of(query, [StaffMember.id]))
    people = await work.session.scalars(
        select(Person).where(Person.id.in_([row.person_id for row in rows]), staff_only(work.actor))
    )
    by_id = {person.id: person for person in people}
    return [(row, by_id[row.person_id]) for row in rows], cursor


async def lock_staff_member(session: AsyncSession, staff_id: UUID) -> StaffMember:
    """Lock the row and read it afresh."""
    return await lock_row(session, StaffMember, staff_id)


@unfiltered(Reason.RULE)
async def lock_staff_record(session: AsyncSession, person_id: UUID) -> StaffMember | None:
    """Lock the person's staff record, active or not."""
    return await lock_found(session, select(StaffMember).where(StaffMember.person_id == person_id))


@unfiltered(Reason.RULE)
async def lock_administrators(session: AsyncSession) -> Sequence[UUID]:
    """Lock the active administrators and return their staff ids, so that two cannot remove each other.

    Take this lock before that of a single staff member, or two callers can deadlock.
    """
    administrators = (
        select(StaffMember.id)
        .where(StaffMember.deactivated_at.is_(None), StaffMember.roles.contains([StaffRole.ADMINISTRATOR.value]))
        .order_by(StaffMember.id)
    )
    rows = await session.scalars(locking(administrators))
    return rows.all()


@unfiltered(Reason.RULE)
async def serves_a_centre(session: AsyncSession, person_id: UUID) -> bool:
    """True for an active user of some centre."""
    row = Membership
    membership = select(row.id).where(row.person_id == person_id, row.deactivated_at.is_(None), ~row.pending)
    return bool(await session.scalar(select(membership.exists())))
