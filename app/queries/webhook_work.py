"""What the worker has to deliver. Whoever asks about deliveries has locked their endpoint."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.actors import NEEDED, Scope
from app.domain.webhooks import DeliveryKind, DeliveryStatus
from app.models import Event, IntegrationClient, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.queries.locking import lock_found, locking, locking_free
from app.queries.merging import each_of
from app.queries.visibility import Reason, unfiltered

CHANNEL: Final = "webhooks"
"""Where workers hear that there is something to deliver."""

# As SQL has it in the index.
_UNDELIVERED = WebhookDelivery.status.in_([DeliveryStatus.PENDING, DeliveryStatus.FAILED])


@unfiltered(Reason.SYSTEM)
async def announce(session: AsyncSession) -> None:
    """Wake the workers once the transaction is committed."""
    await session.execute(select(func.pg_notify(CHANNEL, "")))


@unfiltered(Reason.SYSTEM)
async def lock_endpoints_with_work(session: AsyncSession, now: datetime, most: int) -> Sequence[WebhookEndpoint]:
    """Lock endpoints that have something to send and that no worker has: healthy ones first, then those that have
    waited longest."""
    behind = WebhookEndpoint.position < select(func.max(Event.position)).scalar_subquery()
    due = exists().where(WebhookDelivery.endpoint_id == WebhookEndpoint.id, WebhookDelivery.next_at <= now)
    allowed = exists().where(
        IntegrationClient.id == WebhookEndpoint.client_id,
        IntegrationClient.deactivated_at.is_(None),
        IntegrationClient.scopes.contains([Scope.WEBHOOKS_MANAGE, *NEEDED[Scope.WEBHOOKS_MANAGE]]),
    )
    statement = (
        select(WebhookEndpoint)
        .where(
            WebhookEndpoint.disabled_at.is_(None),
            WebhookEndpoint.deleted_at.is_(None),
            # Leases go by the database's clock: that of a sandbox can be moved.
            or_(WebhookEndpoint.lease.is_(None), WebhookEndpoint.leased_until < func.statement_timestamp()),
            or_(WebhookEndpoint.client_id.is_(None), allowed),
            or_(WebhookEndpoint.held_until.is_(None), WebhookEndpoint.held_until <= now),
            or_(behind, due),
        )
        .order_by(
            WebhookEndpoint.failing_since.is_not(None), WebhookEndpoint.leased_until.nulls_first(), WebhookEndpoint.id
        )
        .limit(most)
    )
    return (await session.scalars(locking_free(statement, WebhookEndpoint))).all()


@unfiltered(Reason.SYSTEM)
async def lock_every_endpoint(session: AsyncSession) -> Sequence[WebhookEndpoint]:
    """Lock the endpoints that are not deleted."""
    live = select(WebhookEndpoint).where(WebhookEndpoint.deleted_at.is_(None)).order_by(WebhookEndpoint.id)
    return (await session.scalars(locking(live))).all()


@unfiltered(Reason.SYSTEM)
async def lock_leased_endpoint(session: AsyncSession, endpoint_id: UUID, lease: UUID) -> WebhookEndpoint | None:
    """Lock the endpoint and read it afresh; None if another worker has it, or nobody."""
    return await lock_found(
        session, select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.lease == lease)
    )


@unfiltered(Reason.SYSTEM)
async def due_deliveries(
    session: AsyncSession, endpoint_id: UUID, now: datetime, *, but: Collection[UUID], most: int
) -> Sequence[WebhookDelivery]:
    """Deliveries that are due, of other lanes than these."""
    statement = select(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.next_at <= now, WebhookDelivery.lane.not_in(but)
    )
    ordered = statement.order_by(WebhookDelivery.next_at, WebhookDelivery.position).limit(most)
    return (await session.scalars(ordered)).all()


@unfiltered(Reason.SYSTEM)
async def deliveries_of(session: AsyncSession, ids: Collection[UUID]) -> Sequence[WebhookDelivery]:
    """The deliveries with these ids, read afresh."""
    statement = select(WebhookDelivery).where(WebhookDelivery.id.in_(ids))
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


@unfiltered(Reason.SYSTEM)
async def first_of_lanes(session: AsyncSession, endpoint_id: UUID, lanes: Collection[UUID]) -> Sequence[UUID]:
    """The first delivery of each lane that has not arrived; none for a lane where all have."""
    each = each_of(list(lanes))
    first = (
        select(WebhookDelivery.id)
        .where(WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.lane == each.c.value, _UNDELIVERED)
        .order_by(WebhookDelivery.position)
        .limit(1)
        .correlate(each)
        .lateral("first")
    )
    return (await session.scalars(select(first.c.id).select_from(each).join(first, true()))).all()


@unfiltered(Reason.SYSTEM)
async def busy_lanes(session: AsyncSession, endpoint_id: UUID, lanes: Collection[UUID]) -> frozenset[UUID]:
    """Those of the lanes that have a delivery which has not arrived."""
    statement = select(WebhookDelivery.lane).where(
        WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.lane.in_(lanes), _UNDELIVERED
    )
    return frozenset((await session.scalars(statement.distinct())).all())


@unfiltered(Reason.SYSTEM)
async def events_between(session: AsyncSession, after: int, until: int, types: Collection[str]) -> Sequence[Event]:
    """The events of these types after a position and up to another, in the order of the feed."""
    statement = select(Event).where(Event.position > after, Event.position <= until, Event.type.in_(types))
    return (await session.scalars(statement.order_by(Event.position))).all()


@unfiltered(Reason.SYSTEM)
async def events_of(session: AsyncSession, ids: Collection[UUID]) -> Sequence[Event]:
    """The events with these ids."""
    return (await session.scalars(select(Event).where(Event.id.in_(ids)))).all()


@unfiltered(Reason.JUDGED)
async def failed_lanes(session: AsyncSession, endpoint_id: UUID, since: datetime) -> Sequence[UUID]:
    """The lanes whose first delivery was queued since then and whose last attempt failed."""
    statement = select(WebhookDelivery.lane).where(
        WebhookDelivery.endpoint_id == endpoint_id,
        _UNDELIVERED,
        WebhookDelivery.kind != DeliveryKind.TEST,
        WebhookDelivery.attempts > 0,
        WebhookDelivery.created_at >= since,
    )
    return (await session.scalars(statement.distinct())).all()


@unfiltered(Reason.SYSTEM)
async def deliveries_to_forget(session: AsyncSession, before: datetime, most: int) -> Sequence[UUID]:
    """Deliveries that arrived before then, tests of before then, and those to endpoints that are deleted."""
    deleted = select(WebhookEndpoint.id).where(WebhookEndpoint.deleted_at.is_not(None))
    test = (WebhookDelivery.kind == DeliveryKind.TEST) & (WebhookDelivery.created_at < before)
    statement = select(WebhookDelivery.id).where(
        or_(WebhookDelivery.delivered_at < before, test, WebhookDelivery.endpoint_id.in_(deleted))
    )
    return (await session.scalars(statement.limit(most))).all()


@unfiltered(Reason.SYSTEM)
async def attempts_to_forget(session: AsyncSession, before: datetime, most: int) -> Sequence[UUID]:
    """Attempts of before then, also of deliveries that have not arrived."""
    return (await session.scalars(select(WebhookAttempt.id).where(WebhookAttempt.at < before).limit(most))).all()


@unfiltered(Reason.SYSTEM)
async def deleted_endpoints_without_deliveries(session: AsyncSession) -> Sequence[UUID]:
    """Endpoints of which nothing else is left."""
    left = exists().where(WebhookDelivery.endpoint_id == WebhookEndpoint.id)
    statement = select(WebhookEndpoint.id).where(WebhookEndpoint.deleted_at.is_not(None), ~left)
    return (await session.scalars(statement)).all()
