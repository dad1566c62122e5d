"""Endpoints of webhooks and the log of their deliveries."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain import limits
from app.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.queries.locking import lock_row, locking
from app.queries.paging import fetch_page, page_of
from app.queries.visibility import Found, Reason, unfiltered, webhooks_visible_to
from app.schemas.webhook_deliveries import WebhookDeliveryQuery
from app.schemas.webhooks import WebhookEndpointQuery


async def find_webhook_endpoint(work: Work, ids: Mapping[str, UUID]) -> Found[WebhookEndpoint] | None:
    """Find the endpoint in the path, unless it is deleted."""
    found = await find_webhook_endpoint_or_deleted(work, ids)
    return found if found is not None and found.target.deleted_at is None else None


async def find_webhook_endpoint_or_deleted(work: Work, ids: Mapping[str, UUID]) -> Found[WebhookEndpoint] | None:
    """Find the endpoint in the path."""
    row = await work.session.scalar(
        select(WebhookEndpoint).where(WebhookEndpoint.id == ids["endpoint_id"], webhooks_visible_to(work.actor))
    )
    return Found(row) if row is not None else None


async def find_webhook_delivery(work: Work, ids: Mapping[str, UUID]) -> Found[WebhookDelivery] | None:
    """Find the delivery in the path, of an endpoint that is not deleted."""
    row = await work.session.scalar(
        select(WebhookDelivery)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(
            WebhookDelivery.id == ids["delivery_id"],
            WebhookDelivery.endpoint_id == ids["endpoint_id"],
            WebhookEndpoint.deleted_at.is_(None),
            webhooks_visible_to(work.actor),
        )
    )
    return Found(row) if row is not None else None


async def lock_webhook_endpoint(session: AsyncSession, endpoint_id: UUID) -> WebhookEndpoint:
    """Lock the row and read it afresh."""
    return await lock_row(session, WebhookEndpoint, endpoint_id)


@unfiltered(Reason.JUDGED)
async def get_webhook_delivery(session: AsyncSession, delivery_id: UUID) -> WebhookDelivery:
    """Read the delivery afresh; whoever changes it has locked its endpoint."""
    return await session.get_one(WebhookDelivery, delivery_id, populate_existing=True)


async def list_webhook_endpoints(work: Work, query: WebhookEndpointQuery) -> tuple[list[WebhookEndpoint], str | None]:
    """List a page of endpoints, oldest first."""
    statement = select(WebhookEndpoint).where(WebhookEndpoint.deleted_at.is_(None), webhooks_visible_to(work.actor))
    if query.enabled is not None:
        disabled = WebhookEndpoint.disabled_at
        statement = statement.where(disabled.is_(None) if query.enabled else disabled.is_not(None))
    return await fetch_page(work.session, statement, page_of(query, [WebhookEndpoint.id]))


@unfiltered(Reason.RULE)
async def lock_endpoints_of_client(session: AsyncSession, client_id: UUID) -> Sequence[WebhookEndpoint]:
    """Lock the enabled endpoints that a client answers for."""
    enabled = WebhookEndpoint.disabled_at.is_(None) & WebhookEndpoint.deleted_at.is_(None)
    statement = select(WebhookEndpoint).where(WebhookEndpoint.client_id == client_id, enabled)
    return (await session.scalars(locking(statement.order_by(WebhookEndpoint.id)))).all()


@unfiltered(Reason.RULE)
async def count_webhook_endpoints(session: AsyncSession) -> int:
    """Count the endpoints that are not deleted."""
    live = select(func.count()).select_from(WebhookEndpoint).where(WebhookEndpoint.deleted_at.is_(None))
    return await session.scalar(live) or 0


@unfiltered(Reason.RULE)
async def last_position(session: AsyncSession) -> int:
    """The position of the feed's last event."""
    return await session.scalar(select(func.max(Event.position))) or 0


async def list_webhook_deliveries(
    work: Work, endpoint: WebhookEndpoint, query: WebhookDeliveryQuery
) -> tuple[list[WebhookDelivery], str | None]:
    """List a page of deliveries to the endpoint, newest first."""
    statement = select(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == endpoint.id, webhooks_visible_to(work.actor)
    )
    if query.status is not None:
        statement = statement.where(WebhookDelivery.status == query.status)
    if query.aggregate_id is not None:
        statement = statement.where(WebhookDelivery.aggregate_id == query.aggregate_id)
    if query.event_id is not None:
        statement = statement.where(WebhookDelivery.event_id == query.event_id)
    return await fetch_page(work.session, statement, page_of(query, [WebhookDelivery.id], descending=True))


@unfiltered(Reason.JUDGED)
async def list_webhook_attempts(session: AsyncSession, delivery_id: UUID) -> Sequence[WebhookAttempt]:
    """List the newest attempts of the delivery, oldest first."""
    newest = (
        select(WebhookAttempt)
        .where(WebhookAttempt.delivery_id == delivery_id)
        .order_by(WebhookAttempt.id.desc())
        .limit(limits.WEBHOOK_ATTEMPTS)
    )
    return list(reversed((await session.scalars(newest)).all()))


@unfiltered(Reason.JUDGED)
async def get_event(session: AsyncSession, event_id: UUID) -> Event:
    """Get the event that a delivery carries."""
    return await session.get_one(Event, event_id)
