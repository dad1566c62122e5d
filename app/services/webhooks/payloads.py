"""What is sent: the event as the feed has it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.database import Work
from app.models import WebhookDelivery
from app.queries.webhook_work import events_of
from app.schemas.events import WebhookEvent
from app.services.events.feed import to_schema


async def of_deliveries(work: Work, rows: Sequence[WebhookDelivery]) -> Mapping[UUID, WebhookEvent]:
    """The event of each delivery; a test event is kept with its delivery."""
    events = {event.id: event for event in await events_of(work.session, {row.event_id for row in rows})}
    return {
        row.id: WebhookEvent.model_validate(to_schema(events[row.event_id]) if row.body is None else row.body)
        for row in rows
    }
