"""Centres, and the lock that guards rules about everything within one."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.json_values import JsonObject
from app.models import Centre
from app.queries.addresses import address_of
from app.queries.hot import Hot
from app.queries.locking import lock_row
from app.queries.merging import EVERY, fetch_shown
from app.queries.paging import page_of
from app.queries.search import CENTRES, search
from app.queries.visibility import Found, staff_only, viewer, visible_to_viewer
from app.schemas.centres import CentreQuery


class CentreRow(NamedTuple):
    """A centre as an answer shows it."""

    id: UUID
    version: int
    reference: str
    name: str
    email: str
    telephone: str
    telephone_extension: str | None
    created_at: datetime
    customer_account_reference: str | None
    address: JsonObject


AnyCentre: TypeAlias = Centre | CentreRow
_FIND = Hot(
    select(
        Centre.id,
        Centre.version,
        Centre.reference,
        Centre.name,
        Centre.email,
        Centre.telephone,
        Centre.telephone_extension,
        Centre.created_at,
        Centre.customer_account_reference,
        address_of(Centre).label("address"),
    ).where(Centre.id == bindparam("centre_id", type_=Uuid()), visible_to_viewer(Centre.id)),
    CentreRow,
)


async def find_centre(work: Work, ids: Mapping[str, UUID]) -> Found[CentreRow] | None:
    """Find the centre in the path."""
    row = await _FIND.one(work.driver, centre_id=ids["centre_id"], **viewer(work.actor))
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
    shown = EVERY if query.text is None else await search(work.session, CENTRES, query.text, page)
    return await fetch_shown(work.session, statement, shown, page)
