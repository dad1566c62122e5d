"""Centres, and the lock that guards rules about everything within one."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.models import Centre
from app.queries.locking import lock_row
from app.queries.paging import fetch_page, page_of
from app.queries.search import CENTRES, search
from app.queries.visibility import Found, staff_only, visible_to
from app.schemas.centres import CentreQuery


async def find_centre(work: Work, ids: Mapping[str, UUID]) -> Found[Centre] | None:
    """Find the centre in the path."""
    row = await work.session.scalar(
        select(Centre).where(Centre.id == ids["centre_id"], visible_to(work.actor, Centre.id))
    )
    return Found(row, row.id) if row is not None else None


async def lock_centre(session: AsyncSession, centre_id: UUID) -> Centre:
    """Lock the centre and read it afresh.

    Take it first when changing users or contact roles, or starting an application: rules such as "one super user at
    least" look at the whole set.
    """
    return await lock_row(session, Centre, centre_id, key_share=True)


async def list_centres(work: Work, query: CentreQuery) -> tuple[list[Centre], str | None]:
    """List a page of centres, newest first: ids are ordered by time."""
    statement = select(Centre).where(staff_only(work.actor))
    page = page_of(query, [Centre.id], descending=True)
    if query.text is not None:
        statement = statement.where(await search(work.session, CENTRES, query.text, page))
    return await fetch_page(work.session, statement, page)
