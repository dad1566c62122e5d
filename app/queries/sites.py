"""A centre's sites."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.sites import SiteKind
from app.models import Site
from app.queries.locking import lock_row
from app.queries.visibility import Found, Reason, unfiltered, visible_to


async def find_site(work: Work, ids: Mapping[str, UUID]) -> Found[Site] | None:
    """Find the site in the path, open or closed."""
    row = await work.session.scalar(
        select(Site).where(
            Site.id == ids["site_id"], Site.centre_id == ids["centre_id"], visible_to(work.actor, Site.centre_id)
        )
    )
    return Found(row, row.centre_id) if row is not None else None


async def lock_site(session: AsyncSession, id_: UUID) -> Site:
    """Lock the row and read it afresh."""
    return await lock_row(session, Site, id_)


@unfiltered(Reason.JUDGED)
async def list_open_sites(session: AsyncSession, centre_id: UUID) -> Sequence[Site]:
    """List the centre's open sites: the main one, then the others, oldest first."""
    rows = await session.scalars(
        select(Site)
        .where(Site.centre_id == centre_id, Site.closed_at.is_(None))
        .order_by((Site.kind != SiteKind.MAIN), Site.created_at, Site.id)
    )
    return rows.all()


@unfiltered(Reason.JUDGED)
async def count_open_sites(session: AsyncSession, centre_id: UUID) -> int:
    """Count the centre's open sites."""
    return (
        await session.scalar(
            select(func.count()).select_from(Site).where(Site.centre_id == centre_id, Site.closed_at.is_(None))
        )
        or 0
    )
