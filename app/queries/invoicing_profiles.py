"""What finance recorded of a centre for its invoices."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models import InvoicingProfile
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.JUDGED)
async def find_profile(session: AsyncSession, centre_id: UUID) -> InvoicingProfile | None:
    """Find what was recorded of the centre, read afresh; None if nothing ever was."""
    return await session.get(InvoicingProfile, centre_id, populate_existing=True)
