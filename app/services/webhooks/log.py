"""The log of deliveries: read it, try deliveries again, send a test event."""

from uuid import UUID

from sqlalchemy import insert
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.refusals.webhooks import WebhookEndpointDisabled
from app.domain.webhooks import TEST_EVENT, DeliveryKind, DeliveryStatus
from app.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.queries import webhooks as queries
from app.queries.webhook_work import failed_lanes
from app.schemas import webhook_deliveries as schemas
from app.schemas.answered import RecordedValue
from app.schemas.events import EventAggregate, WebhookEvent
from app.services.webhooks import payloads, resuming
from app.services.webhooks.delivering import queued_values


async def list_all(
    work: Work, endpoint: WebhookEndpoint, query: schemas.WebhookDeliveryQuery
) -> schemas.WebhookDeliveryPage:
    """List a page of deliveries."""
    rows, cursor = await queries.list_webhook_deliveries(work, endpoint, query)
    return schemas.WebhookDeliveryPage(items=[_to_schema(row) for row in rows], next_cursor=cursor)


async def show(work: Work, row: WebhookDelivery) -> schemas.WebhookDeliveryDetail:
    """Show a delivery with what is sent and its attempts."""
    attempts = await queries.list_webhook_attempts(work.session, row.id)
    bodies = await payloads.of_deliveries(work, [row])
    return schemas.WebhookDeliveryDetail(
        **_to_schema(row).model_dump(), body=bodies[row.id], tried=[_attempt(one) for one in attempts]
    )


async def redeliver(work: Work, found: WebhookDelivery) -> schemas.WebhookDelivery:
    """Have the event delivered at once: again if it arrived, else with a fresh schedule.

    One that waits behind an earlier event of its object stays there: that one is tried. Raises
    `WebhookEndpointDisabled`.
    """
    endpoint = await _lock(work, found.endpoint_id)
    row = await queries.get_webhook_delivery(work.session, found.id)
    if row.status is DeliveryStatus.PENDING:
        await resuming.try_at_once(work, endpoint, [row.lane])
        row = await queries.get_webhook_delivery(work.session, row.id)
    else:
        # In a lane of its own: it neither waits for later events of the object nor holds them up.
        row = await _queue(
            work,
            endpoint,
            DeliveryKind.TEST if row.kind is DeliveryKind.TEST else DeliveryKind.REDELIVERY,
            event_id=row.event_id,
            event_type=row.event_type,
            aggregate_id=row.aggregate_id,
            position=row.position,
            body=row.body,
        )
    await _record(work, endpoint, {"event_id": str(row.event_id)})
    return _to_schema(row)


async def redeliver_failed(
    work: Work, found: WebhookEndpoint, body: schemas.WebhookRedeliveries
) -> schemas.WebhookRedeliveriesMade:
    """Have everything tried at once whose last attempt failed. Raises `WebhookEndpointDisabled`."""
    endpoint = await _lock(work, found.id)
    lanes = await failed_lanes(work.session, endpoint.id, body.since)
    if lanes:
        await resuming.try_at_once(work, endpoint, lanes)
        await _record(work, endpoint, {"since": body.since.isoformat(), "redelivered": len(lanes)})
    return schemas.WebhookRedeliveriesMade(redelivered=len(lanes))


async def send_test(work: Work, found: WebhookEndpoint) -> schemas.WebhookDelivery:
    """Queue an event that means nothing. It is tried once. Raises `WebhookEndpointDisabled`."""
    endpoint = await _lock(work, found.id)
    event = WebhookEvent(
        id=uuid7(),
        position=max(1, await queries.last_position(work.session)),
        type=TEST_EVENT,
        occurred_at=work.now,
        aggregate=EventAggregate(type="webhook_endpoint", id=endpoint.id, sequence=1),
        data={"endpoint_id": RecordedValue(str(endpoint.id))},
    )
    row = await _queue(
        work,
        endpoint,
        DeliveryKind.TEST,
        event_id=event.id,
        event_type=event.type,
        aggregate_id=endpoint.id,
        position=event.position,
        body=event.model_dump(mode="json"),
    )
    return _to_schema(row)


async def _lock(work: Work, endpoint_id: UUID) -> WebhookEndpoint:
    endpoint = await queries.lock_webhook_endpoint(work.session, endpoint_id)
    if not endpoint.enabled:
        raise WebhookEndpointDisabled
    return endpoint


async def _queue(work: Work, endpoint: WebhookEndpoint, kind: DeliveryKind, **values: object) -> WebhookDelivery:
    queued = queued_values(endpoint.id, kind, work.now)
    await work.session.execute(insert(WebhookDelivery).values(lane=queued["id"], **queued, **values))
    await resuming.end_pause(work, endpoint)
    await resuming.wake(work)
    return await queries.get_webhook_delivery(work.session, UUID(str(queued["id"])))


async def _record(work: Work, endpoint: WebhookEndpoint, after: dict[str, object]) -> None:
    await outbox.record(
        work,
        EventType.WEBHOOK_REDELIVERED,
        ("webhook_endpoint", endpoint.id),
        summary=f"Webhooks of {endpoint.description} delivered again",
        centre_sees=False,
        after=after,
    )


def _to_schema(row: WebhookDelivery) -> schemas.WebhookDelivery:
    return schemas.WebhookDelivery(
        id=row.id,
        endpoint_id=row.endpoint_id,
        kind=row.kind,
        event_id=row.event_id,
        event_type=row.event_type,
        aggregate_id=row.aggregate_id,
        position=row.position,
        status=row.status,
        attempts=row.attempts,
        created_at=row.created_at,
        next_attempt_at=row.next_at,
        last_attempt_at=row.last_attempt_at,
        last_status=row.last_status,
        last_error=row.last_error,
        delivered_at=row.delivered_at,
    )


def _attempt(row: WebhookAttempt) -> schemas.WebhookAttempt:
    return schemas.WebhookAttempt(
        at=row.at,
        url=row.url,
        webhook_timestamp=row.timestamp,
        milliseconds=row.milliseconds,
        status=row.status,
        error=row.error,
        answer=row.answer,
    )
