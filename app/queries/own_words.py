"""Names of a person's organisations, which must not make up their password."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.sections import DetailsGroup
from app.models import Application, ApplicationDetails, Centre, Membership
from app.queries.visibility import Reason, unfiltered

_MOST = 20


@unfiltered(Reason.OWN)
async def texts_about(session: AsyncSession, person_id: UUID) -> list[str]:
    """Name, address, trading name and website of the organisations that the person serves, of the newest few."""
    website = (
        select(ApplicationDetails.data["website"].as_string())
        .where(ApplicationDetails.application_id == Application.id, ApplicationDetails.group == DetailsGroup.HISTORY)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(Centre.name, Centre.email, Application.trading_name, website)
        .join(Membership, Membership.centre_id == Centre.id)
        .outerjoin(Application, Application.centre_id == Centre.id)
        .where(Membership.person_id == person_id, Membership.deactivated_at.is_(None))
        .order_by(Membership.invited_at.desc(), Application.started_at.desc())
        .limit(_MOST)
    )
    return [text for row in rows for text in row if text]
