"""Roles that wait for the confirmation of a second administrator, and what became of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.actors import StaffRole
from app.domain.role_grants import RoleGrantStatus
from app.models import Person, RoleGrant, StaffMember
from app.queries.locking import lock_row, locking
from app.queries.paging import fetch_page, page_of
from app.queries.visibility import Found, Reason, staff_only, unfiltered
from app.schemas.role_grants import RoleGrantQuery

_PENDING = RoleGrant.status == RoleGrantStatus.PENDING


async def find_role_grant(work: Work, ids: Mapping[str, UUID]) -> Found[RoleGrant] | None:
    """Find the grant in the path, for staff."""
    row = await work.session.scalar(select(RoleGrant).where(RoleGrant.id == ids["grant_id"], staff_only(work.actor)))
    return Found(row) if row is not None else None


async def list_role_grants(work: Work, query: RoleGrantQuery) -> tuple[list[RoleGrant], str | None]:
    """List a page of grants, newest first."""
    statement = select(RoleGrant).where(staff_only(work.actor))
    if query.status is not None:
        statement = statement.where(RoleGrant.status == query.status)
    return await fetch_page(work.session, statement, page_of(query, [RoleGrant.id], descending=True))


async def pending_of(work: Work, staff_ids: Collection[UUID]) -> list[tuple[RoleGrant, Person]]:
    """The grants that wait for a confirmation, oldest first, each with who asked for it."""
    theirs = select(RoleGrant, Person).join(Person, Person.id == RoleGrant.requested_by)
    waiting = theirs.where(RoleGrant.staff_id.in_(staff_ids), _PENDING, staff_only(work.actor))
    return [(row[0], row[1]) for row in await work.session.execute(waiting.order_by(RoleGrant.id))]


@unfiltered(Reason.JUDGED)
async def lock_pending_of(session: AsyncSession, staff_id: UUID) -> Mapping[StaffRole, RoleGrant]:
    """Lock the grants that wait for a confirmation, by role. Lock the staff member first."""
    statement = locking(select(RoleGrant).where(RoleGrant.staff_id == staff_id, _PENDING).order_by(RoleGrant.id))
    rows = await session.scalars(statement.execution_options(populate_existing=True))
    return {row.role: row for row in rows}


async def lock_role_grant(session: AsyncSession, grant_id: UUID) -> RoleGrant:
    """Lock the grant and read it afresh. Lock the staff member first."""
    return await lock_row(session, RoleGrant, grant_id)


@unfiltered(Reason.JUDGED)
async def people_of(session: AsyncSession, rows: Collection[RoleGrant]) -> Mapping[UUID, Person]:
    """Whom the grants name, by the ids of people; their receivers by the ids of staff."""
    named = {id_ for row in rows for id_ in (row.requested_by, row.settled_by) if id_ is not None}
    people = await session.scalars(select(Person).where(Person.id.in_(named)))
    receivers = await session.execute(
        select(StaffMember.id, Person)
        .join(Person, Person.id == StaffMember.person_id)
        .where(StaffMember.id.in_({row.staff_id for row in rows}))
    )
    return {person.id: person for person in people} | {row[0]: row[1] for row in receivers}


@unfiltered(Reason.SYSTEM)
async def expired_grants(session: AsyncSession, now: datetime) -> Sequence[RoleGrant]:
    """The grants that have waited in vain."""
    return (await session.scalars(select(RoleGrant).where(_PENDING, RoleGrant.expires_at <= now))).all()
