"""People who can be the centre lead of an application (R19)."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, Text, any_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.models import Application, CentreLeadAssignment, Person, Recognition, StaffMember
from app.queries.hot import Hot
from app.queries.locking import Turn, keeping, lock_found, locking, locking_free, take_turn
from app.queries.visibility import Reason, unfiltered
from app.row_context import seeing_everything

_COUNTED = 1000
_ACCEPTED = (Status.ACCEPTED, Status.ACCEPTED_WITH_ACTIONS)


def _centre_leads() -> Select[Person]:
    return (
        select(Person)
        .join(StaffMember, StaffMember.person_id == Person.id)
        .where(
            StaffMember.deactivated_at.is_(None),
            literal(StaffRole.CENTRE_LEAD.value, Text()) == any_(StaffMember.roles),
        )
    )


@unfiltered(Reason.RULE)
async def find_centre_lead(session: AsyncSession, person_id: UUID, *, lock: bool = False) -> Person | None:
    """Find the person among the active centre leads; `lock` keeps them one until the transaction ends."""
    statement = _centre_leads().where(Person.id == person_id)
    row: Person | None = await session.scalar(keeping(statement, StaffMember) if lock else statement)
    return row


class LeadRow(NamedTuple):
    """A centre lead who is picked."""

    id: UUID
    name: str


def _least_busy() -> Select[UUID, str]:
    theirs = select(Application.id).where(Application.centre_lead_id == Person.id, Application.closed_at.is_(None))
    counted = theirs.correlate(Person).limit(_COUNTED).lateral("counted")
    open_now = select(func.count()).select_from(counted).scalar_subquery()
    last = (
        select(func.max(CentreLeadAssignment.assigned_at))
        .where(CentreLeadAssignment.centre_lead_id == Person.id)
        .scalar_subquery()
    )
    name = func.concat(Person.first_name, " ", Person.last_name, type_=Text()).label("name")
    leads = _centre_leads().with_only_columns(Person.id, name)
    return leads.order_by(open_now, last.asc().nulls_first(), Person.id).limit(1)


_PICK = Hot(keeping(_least_busy(), StaffMember), LeadRow)


@unfiltered(Reason.RULE)
async def pick_centre_lead(work: Work) -> LeadRow | None:
    """Pick the centre lead with the fewest open applications; among equals, the one who has waited longest. None
    without any.

    A thousand are counted at most, so those who have more take turns. Lock the application first. An advisory lock is
    held while counting, so that two payments at once do not both find the same person idle.
    """
    await take_turn(work.session, Turn.ASSIGNMENT)
    # If the chosen row stops matching while its lock is awaited, PostgreSQL returns nothing rather than the next row,
    # so try once more.
    async with seeing_everything(work.session):
        return await _PICK.one(work.driver) or await _PICK.one(work.driver)


def _led_by(person_id: UUID) -> Select[Application]:
    """The applications that still need their lead: those under way, and those whose centre is recognised."""
    needed = or_(Application.closed_at.is_(None), Application._status.in_(_ACCEPTED))
    return select(Application).where(Application.centre_lead_id == person_id, needed).order_by(Application.id)


@unfiltered(Reason.RULE)
async def lock_led_applications(session: AsyncSession, person_id: UUID) -> frozenset[UUID]:
    """Lock the applications of this centre lead, before any member of staff, as an assignment does."""
    rows = await session.scalars(locking(_led_by(person_id).with_only_columns(Application.id)))
    return frozenset(rows.all())


@unfiltered(Reason.RULE)
async def led_applications(session: AsyncSession, person_id: UUID) -> Sequence[Application]:
    """Read them afresh once their lead's row is locked and nobody can be assigned any more. Some may have come since
    the first look: they are locked too, if nobody else holds them; see `lock_led_applications`."""
    free = locking_free(_led_by(person_id), Application).execution_options(populate_existing=True)
    return (await session.scalars(free)).all()


@unfiltered(Reason.RULE)
async def count_led_applications(session: AsyncSession, person_id: UUID) -> int:
    """How many applications this centre lead has, locked or not."""
    return await session.scalar(select(func.count()).select_from(_led_by(person_id).order_by(None).subquery())) or 0


@unfiltered(Reason.JUDGED)
async def lock_recognition_of(session: AsyncSession, application_id: UUID) -> Recognition | None:
    """Lock the recognition that the application led to."""
    return await lock_found(session, select(Recognition).where(Recognition.application_id == application_id))
