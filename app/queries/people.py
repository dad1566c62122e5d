"""People, their memberships, and staff."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.actors import Actor, CentreRole, StaffRole
from app.domain.names import email_key
from app.models import Membership, Person, StaffMember
from app.queries.locking import lock_found, lock_row
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.RULE)
async def find_person_by_email(session: AsyncSession, address: str, *, lock: bool = False) -> Person | None:
    """Find the person with this log-in address."""
    statement = select(Person).where(Person.email_key == email_key(address))
    if lock:
        return await lock_found(session, statement)
    found: Person | None = await session.scalar(statement)
    return found


async def lock_person(session: AsyncSession, person_id: UUID) -> Person:
    """Lock the row and read it afresh."""
    return await lock_row(session, Person, person_id)


class Place(StrEnum):
    """Where a person who can sign in belongs."""

    CENTRE = "centre"
    STAFF = "staff"


@unfiltered(Reason.RULE)
async def place_of(session: AsyncSession, person_id: UUID) -> Place | None:
    """Find where the person belongs: active staff, or an active centre user, or somebody who can accept an invitation.
    None for anybody else, who cannot sign in."""
    membership = select(Membership.id).where(Membership.person_id == person_id, Membership.deactivated_at.is_(None))
    staff = select(StaffMember.id).where(StaffMember.person_id == person_id, StaffMember.deactivated_at.is_(None))
    of_staff, of_centre = (await session.execute(select(staff.exists(), membership.exists()))).one()
    if of_staff:
        return Place.STAFF
    return Place.CENTRE if of_centre else None


def place_of_actor(actor: Actor) -> Place:
    """Return where the signed-in person belongs."""
    return Place.STAFF if actor.is_staff else Place.CENTRE


async def has_a_place(session: AsyncSession, person_id: UUID) -> bool:
    """True for an active centre user or active staff; nobody else can sign in."""
    return await place_of(session, person_id) is not None


@unfiltered(Reason.RULE)
async def find_staff_record(session: AsyncSession, person_id: UUID) -> StaffMember | None:
    """Find the person's staff record, active or not."""
    found: StaffMember | None = await session.scalar(select(StaffMember).where(StaffMember.person_id == person_id))
    return found


async def is_active_staff(session: AsyncSession, person_id: UUID) -> bool:
    """True for active staff, who cannot act for a centre."""
    staff = await find_staff_record(session, person_id)
    return staff is not None and staff.deactivated_at is None


@unfiltered(Reason.SYSTEM)
async def staff_with_role(session: AsyncSession, role: StaffRole) -> Sequence[Person]:
    """List active staff with the role."""
    rows = await session.scalars(
        select(Person)
        .join(StaffMember, StaffMember.person_id == Person.id)
        .where(StaffMember.deactivated_at.is_(None), StaffMember.roles.contains([role.value]))
        .order_by(Person.id)
    )
    return rows.all()


@unfiltered(Reason.SYSTEM)
async def active_super_users(session: AsyncSession, centre_id: UUID) -> Sequence[Person]:
    """List the centre's active super users (R10)."""
    rows = await session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.centre_id == centre_id,
            Membership.deactivated_at.is_(None),
            Membership.role == CentreRole.SUPER_USER,
            ~Membership.pending,
        )
        .order_by(Membership.invited_at, Person.id)
    )
    return rows.all()


@unfiltered(Reason.RULE)
async def count_administrators(session: AsyncSession) -> int:
    """Count active administrators."""
    return (
        await session.scalar(
            select(func.count(StaffMember.id)).where(
                StaffMember.deactivated_at.is_(None), StaffMember.roles.contains([StaffRole.ADMINISTRATOR.value])
            )
        )
        or 0
    )
