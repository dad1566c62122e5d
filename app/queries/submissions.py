"""Submissions and the contents of their copies."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.domain.contact_roles import ContactRole
from app.models import Centre, Contact, HeldRole, Site, Submission
from app.queries.visibility import Reason, unfiltered


@dataclass(frozen=True)
class CentreAsItIs:
    """A centre with its open sites, and its contacts with their roles."""

    centre: Centre
    sites: Sequence[Site]
    contacts: Sequence[tuple[Contact, list[ContactRole]]]


@unfiltered(Reason.JUDGED)
async def centre_as_it_is(session: AsyncSession, centre_id: UUID) -> CentreAsItIs:
    """Load what a submission copies of the centre."""
    centre = await session.get_one(Centre, centre_id)
    sites = await session.scalars(
        select(Site).where(Site.centre_id == centre_id, Site.closed_at.is_(None)).order_by(Site.created_at, Site.id)
    )
    contacts = await session.scalars(
        select(Contact)
        .where(Contact.centre_id == centre_id, Contact.ended_at.is_(None))
        .order_by(Contact.created_at, Contact.id)
    )
    roles: defaultdict[UUID, list[ContactRole]] = defaultdict(list)
    for held in await session.scalars(select(HeldRole).where(HeldRole.centre_id == centre_id)):
        roles[held.contact_id].append(held.role)
    order = list(ContactRole)
    return CentreAsItIs(
        centre, sites.all(), [(contact, sorted(roles[contact.id], key=order.index)) for contact in contacts.all()]
    )


@unfiltered(Reason.JUDGED)
async def list_submissions(session: AsyncSession, application_id: UUID) -> Sequence[Submission]:
    """List every submission, without its copy, oldest first."""
    rows = await session.scalars(
        select(Submission)
        .options(defer(Submission.content, raiseload=True))
        .where(Submission.application_id == application_id)
        .order_by(Submission.number)
    )
    return rows.all()


@unfiltered(Reason.JUDGED)
async def find_submission(session: AsyncSession, application_id: UUID, number: int) -> Submission | None:
    """Find one submission with its copy."""
    found: Submission | None = await session.scalar(
        select(Submission).where(Submission.application_id == application_id, Submission.number == number)
    )
    return found


@unfiltered(Reason.JUDGED)
async def last_submission(session: AsyncSession, application_id: UUID) -> Submission | None:
    """Find the last submission, the one that staff judge, without its copy."""
    found: Submission | None = await session.scalar(
        select(Submission)
        .options(defer(Submission.content, raiseload=True))
        .where(Submission.application_id == application_id)
        .order_by(Submission.number.desc())
        .limit(1)
    )
    return found
