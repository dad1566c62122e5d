"""An endpoint of webhooks in the landscape, with a delivery that failed once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from app.domain.webhooks import TEST_EVENT, DeliveryKind, DeliveryStatus
from app.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.schemas.answered import RecordedValue
from app.schemas.events import EventAggregate, WebhookEvent

URL = "https://93.184.215.14/webhooks"


async def add_webhooks(session: AsyncSession, ids: dict[str, str], now: datetime) -> None:
    """Add the rows, and name them among the ids."""
    endpoint_id, delivery_id, event_id = uuid7(), uuid7(), uuid7()
    ids |= {"endpoint_id": str(endpoint_id), "delivery_id": str(delivery_id), "event_id": str(event_id)}
    data = {"endpoint_id": RecordedValue(str(endpoint_id))}
    aggregate = EventAggregate(type="webhook_endpoint", id=endpoint_id, sequence=1)
    body = WebhookEvent(id=event_id, position=1, type=TEST_EVENT, occurred_at=now, aggregate=aggregate, data=data)
    session.add(
        WebhookEndpoint(
            id=endpoint_id,
            description="Ledger",
            url=URL,
            event_types=["invoice.paid"],
            owner_email="ledger.owner@example.org",
            sealed_secret=b"sealed",
            created_at=now,
            position=0,
        )
    )
    await session.flush()
    session.add(
        WebhookDelivery(
            id=delivery_id,
            endpoint_id=endpoint_id,
            kind=DeliveryKind.EVENT,
            event_id=event_id,
            event_type=TEST_EVENT,
            aggregate_id=endpoint_id,
            position=1,
            lane=endpoint_id,
            status=DeliveryStatus.PENDING,
            attempts=1,
            tries=1,
            created_at=now,
            next_at=now,
            last_attempt_at=now,
            last_status=503,
            last_error="the receiver answered 503",
            body=body.model_dump(mode="json"),
        )
    )
    await session.flush()
    session.add(attempt(delivery_id, now))


def attempt(delivery_id: UUID, now: datetime) -> WebhookAttempt:
    """An attempt that failed."""
    return WebhookAttempt(
        delivery_id=delivery_id,
        at=now,
        url=URL,
        timestamp=int(now.timestamp()),
        milliseconds=20,
        status=503,
        error="the receiver answered 503",
        answer="Try later.",
    )
