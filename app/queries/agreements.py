"""Acceptances of the centre agreement."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import AgreementAcceptance
from app.queries.visibility import Reason, unfiltered


@unfiltered(Reason.JUDGED)
async def last_acceptance(session: AsyncSession, application_id: UUID) -> AgreementAcceptance | None:
    """Find the application's last acceptance."""
    row = AgreementAcceptance
    found: AgreementAcceptance | None = await session.scalar(
        select(row).where(row.application_id == application_id).order_by(row.accepted_at.desc(), row.id.desc()).limit(1)
    )
    return found
