"""Integration clients."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.models import ClientSecretUse, IntegrationClient
from app.queries.locking import lock_row
from app.queries.paging import fetch_page, page_of
from app.queries.visibility import Found, Reason, staff_only, unfiltered
from app.schemas.integration_clients import IntegrationClientQuery


async def find_integration_client(work: Work, ids: Mapping[str, UUID]) -> Found[IntegrationClient] | None:
    """Find the integration client in the path, for staff."""
    row = await work.session.scalar(
        select(IntegrationClient).where(IntegrationClient.id == ids["client_id"], staff_only(work.actor))
    )
    return Found(row) if row is not None else None


async def lock_integration_client(session: AsyncSession, client_id: UUID) -> IntegrationClient:
    """Lock the row and read it afresh."""
    return await lock_row(session, IntegrationClient, client_id)


@unfiltered(Reason.JUDGED)
async def uses_of_secrets(session: AsyncSession, client_id: UUID) -> dict[int, datetime]:
    """When each of the client's secrets was last used, by generation."""
    use = ClientSecretUse
    rows = await session.execute(select(use.generation, use.at).where(use.client_id == client_id))
    return {row.generation: row.at for row in rows}


async def list_integration_clients(
    work: Work, query: IntegrationClientQuery
) -> tuple[list[IntegrationClient], str | None]:
    """List a page of integration clients, oldest first."""
    statement = select(IntegrationClient).where(staff_only(work.actor))
    if query.active is not None:
        ended = IntegrationClient.deactivated_at
        statement = statement.where(ended.is_(None) if query.active else ended.is_not(None))
    return await fetch_page(work.session, statement, page_of(query, [IntegrationClient.id]))
