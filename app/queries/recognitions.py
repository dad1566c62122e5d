"""Recognitions: a centre's own, and the public register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.models import Person, Recognition, ReplacedCertificate
from app.queries.actions import count_open_actions
from app.queries.locking import lock_found
from app.queries.merging import EVERY, fetch_shown
from app.queries.paging import page_of
from app.queries.search import RECOGNITIONS, search
from app.queries.visibility import Found, Reason, unfiltered, visible_to
from app.schemas.recognitions import RecognisedCentreQuery


async def find_recognition(work: Work, ids: Mapping[str, UUID]) -> Found[Recognition] | None:
    """Find the centre's recognition: the active one, else the last."""
    row = await work.session.scalar(
        select(Recognition)
        .where(Recognition.centre_id == ids["centre_id"], visible_to(work.actor, Recognition.centre_id))
        .order_by(Recognition.ended_at.is_(None).desc(), Recognition.certificate_issued_at.desc())
        .limit(1)
    )
    return Found(row, row.centre_id) if row is not None else None


@dataclass(frozen=True)
class Standing:
    """The facts about a recognition that change after it."""

    centre_lead: Person | None
    open_actions: int


@unfiltered(Reason.JUDGED)
async def standing_of(session: AsyncSession, row: Recognition) -> Standing:
    """Find the centre lead, and count the open actions."""
    lead = await session.get(Person, row.centre_lead_id) if row.centre_lead_id is not None else None
    return Standing(lead, await count_open_actions(session, row.application_id))


@unfiltered(Reason.JUDGED)
async def replaced_certificates(session: AsyncSession, recognition_id: UUID) -> Sequence[ReplacedCertificate]:
    """List the certificates in whose place others were issued, oldest first."""
    theirs = select(ReplacedCertificate).where(ReplacedCertificate.recognition_id == recognition_id)
    return (await session.scalars(theirs.order_by(ReplacedCertificate.replaced_at, ReplacedCertificate.id))).all()


@unfiltered(Reason.JUDGED)
async def lock_active_recognition(session: AsyncSession, centre_id: UUID) -> Recognition | None:
    """Lock the centre's active recognition and read it afresh. Lock the centre first."""
    return await lock_found(
        session, select(Recognition).where(Recognition.centre_id == centre_id, Recognition.ended_at.is_(None))
    )


@unfiltered(Reason.PUBLIC)
async def list_recognised(session: AsyncSession, query: RecognisedCentreQuery) -> tuple[list[Recognition], str | None]:
    """List a page of the public register: active recognitions by centre name."""
    # As SQL, because an index is used only where the condition is spelt like its own.
    statement = select(Recognition).where(literal_column("recognitions.status = 'active'", Boolean()))
    page = page_of(query, [Recognition.centre_name, Recognition.id])
    shown = EVERY if query.text is None else await search(session, RECOGNITIONS, query.text, page)
    return await fetch_shown(session, statement, shown, page)


@unfiltered(Reason.PUBLIC)
async def find_by_number(session: AsyncSession, number: str) -> Recognition | None:
    """Find the recognition with exactly this certificate number."""
    found: Recognition | None = await session.scalar(select(Recognition).where(Recognition.number == number))
    return found


@unfiltered(Reason.PUBLIC)
async def find_replaced(session: AsyncSession, number: str) -> tuple[ReplacedCertificate, Recognition] | None:
    """Find the certificate with exactly this number, in whose place others were issued, and its recognition."""
    found = await session.execute(
        select(ReplacedCertificate, Recognition)
        .join(Recognition, Recognition.id == ReplacedCertificate.recognition_id)
        .where(ReplacedCertificate.number == number)
    )
    row = found.one_or_none()
    return (row[0], row[1]) if row is not None else None


@unfiltered(Reason.SYSTEM)
async def last_replaced(
    session: AsyncSession, centre_id: UUID, at: datetime | None
) -> tuple[ReplacedCertificate, Recognition] | None:
    """Find the centre's certificate that was replaced at this moment, with its recognition, for a letter."""
    found = await session.execute(
        select(ReplacedCertificate, Recognition)
        .join(Recognition, Recognition.id == ReplacedCertificate.recognition_id)
        .where(ReplacedCertificate.centre_id == centre_id, ReplacedCertificate.replaced_at == at)
    )
    row = found.one_or_none()
    return (row[0], row[1]) if row is not None else None
