"""What a statement of account is made from (R18)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.models import Centre, Invoice
from app.queries.visibility import Found, Reason, money_visible_to, unfiltered


async def find_account(work: Work, ids: Mapping[str, UUID]) -> Found[Centre] | None:
    """Find the centre in the path, for staff, finance systems and the centre itself."""
    row = await work.session.scalar(
        select(Centre).where(Centre.id == ids["centre_id"], money_visible_to(work.actor, Centre.id))
    )
    return Found(row, row.id) if row is not None else None


@unfiltered(Reason.JUDGED)
async def invoices_of_centre(session: AsyncSession, centre_id: UUID) -> Sequence[Invoice]:
    """List the centre's invoices, oldest first."""
    theirs = select(Invoice).where(Invoice.centre_id == centre_id)
    return (await session.scalars(theirs.order_by(Invoice.issued_at, Invoice.id))).all()
