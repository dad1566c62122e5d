"""A centre's portal users."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.database import Work
from app.domain.actors import CentreRole
from app.models import Membership, Person, StaffMember
from app.queries.locking import lock_found, lock_row
from app.queries.visibility import Found, Reason, unfiltered, visible_to


async def find_centre_user(work: Work, ids: Mapping[str, UUID]) -> Found[Membership] | None:
    """Find the centre's user in the path."""
    row = await work.session.scalar(
        select(Membership).where(
            Membership.id == ids["user_id"],
            Membership.centre_id == ids["centre_id"],
            visible_to(work.actor, Membership.centre_id),
        )
    )
    return Found(row, row.centre_id) if row is not None else None


@unfiltered(Reason.JUDGED)
async def list_members(session: AsyncSession, centre_id: UUID) -> Sequence[tuple[Membership, Person]]:
    """List everybody who is or was a user of the centre: current users first, each group by the name that is shown."""
    # The place in the list must not tell the name of an account that nobody has accepted for.
    first, last = (
        func.coalesce(case((Membership.pending, typed)), known)
        for typed, known in (
            (Membership.invited_first_name, Person.first_name),
            (Membership.invited_last_name, Person.last_name),
        )
    )
    rows = await session.execute(
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.centre_id == centre_id)
        .order_by(Membership.deactivated_at.is_not(None), last, first, Membership.id)
    )
    return [(membership, person) for membership, person in rows]


@unfiltered(Reason.JUDGED)
async def count_members(session: AsyncSession, centre_id: UUID) -> int:
    """Count everybody who is or was a user of the centre."""
    return (
        await session.scalar(select(func.count()).select_from(Membership).where(Membership.centre_id == centre_id)) or 0
    )


@unfiltered(Reason.JUDGED)
async def find_member(session: AsyncSession, centre_id: UUID, user_id: UUID) -> Membership | None:
    """Find the centre's user with this id, active or not."""
    found: Membership | None = await session.scalar(
        select(Membership).where(Membership.id == user_id, Membership.centre_id == centre_id)
    )
    return found


async def lock_membership(session: AsyncSession, id_: UUID) -> Membership:
    """Lock the row and read it afresh."""
    return await lock_row(session, Membership, id_)


@unfiltered(Reason.JUDGED)
async def lock_membership_of(session: AsyncSession, centre_id: UUID, person_id: UUID) -> Membership | None:
    """Lock the person's membership of the centre, active or not."""
    row = Membership
    return await lock_found(session, select(row).where(row.centre_id == centre_id, row.person_id == person_id))


@unfiltered(Reason.RULE)
async def serves_elsewhere(session: AsyncSession, row: Membership) -> bool:
    """True when the person is or was a user of another centre too. An invitation that nobody has accepted does not
    count: it must not show here."""
    other = select(Membership.id).where(
        Membership.person_id == row.person_id, Membership.centre_id != row.centre_id, ~Membership.pending
    )
    return bool(await session.scalar(select(other.exists())))


@unfiltered(Reason.RULE)
async def has_another_place(session: AsyncSession, row: Membership) -> bool:
    """True when the person has any other place, an invitation that waits included: its link may be in a mailbox."""
    other = select(Membership.id).where(Membership.person_id == row.person_id, Membership.id != row.id)
    staff = select(StaffMember.id).where(StaffMember.person_id == row.person_id)
    return bool(await session.scalar(select(other.exists() | staff.exists())))


@unfiltered(Reason.JUDGED)
async def first_member_id(session: AsyncSession, centre_id: UUID) -> UUID | None:
    """Find the user who came with the account; ids are ordered by time."""
    found: UUID | None = await session.scalar(
        select(Membership.id).where(Membership.centre_id == centre_id).order_by(Membership.id).limit(1)
    )
    return found


@unfiltered(Reason.RULE)
async def owns_first_password(session: AsyncSession, row: Membership) -> bool:
    """True when the person's account was made for this membership: nobody else may replace its first password."""
    place = Membership
    earlier = select(place.id).where(place.person_id == row.person_id, place.id < row.id, ~place.pending)
    staff = select(StaffMember.id).where(StaffMember.person_id == row.person_id)
    return not row.pending and not await session.scalar(select(earlier.exists() | staff.exists()))


@unfiltered(Reason.RULE)
async def has_another_super_user(session: AsyncSession, centre_id: UUID, but: UUID) -> bool:
    """True when another super user has chosen a password: one who never signed in cannot act."""
    return bool(await session.scalar(select(another_super_user(centre_id, but))))


def another_super_user(
    centre_id: UUID | InstrumentedAttribute[UUID], but: UUID | InstrumentedAttribute[UUID]
) -> ColumnElement[bool]:
    """True when the centre has a super user beside this membership who has chosen a password."""
    row, person = aliased(Membership), aliased(Person)
    another = (
        select(row.id)
        .join(person, person.id == row.person_id)
        .where(
            row.centre_id == centre_id,
            row.id != but,
            row.role == CentreRole.SUPER_USER,
            row.deactivated_at.is_(None),
            ~row.pending,
            person.password_changed_at.is_not(None),
        )
    )
    return another.exists()
