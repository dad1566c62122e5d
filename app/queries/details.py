"""The groups of section Application."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.sections import DetailsGroup
from app.models import ApplicationDetails
from app.queries.locking import lock_found
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.JUDGED)
async def list_groups(session: AsyncSession, application_id: UUID) -> Sequence[ApplicationDetails]:
    """List all seven groups."""
    rows = await session.scalars(select(ApplicationDetails).where(ApplicationDetails.application_id == application_id))
    return rows.all()


@unfiltered(Reason.JUDGED)
async def get_group(session: AsyncSession, application_id: UUID, group: DetailsGroup) -> ApplicationDetails:
    return await session.get_one(ApplicationDetails, (application_id, group))


@unfiltered(Reason.JUDGED)
async def lock_group(session: AsyncSession, application_id: UUID, group: DetailsGroup) -> ApplicationDetails:
    """Lock the group and read it afresh."""
    row = ApplicationDetails
    found = await lock_found(session, select(row).where(row.application_id == application_id, row.group == group))
    assert found is not None, "every application has every group"
    return found
