"""Deliveries that are to be tried at once, and the worker that is told."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import update

from app.database import Work
from app.domain.webhooks import DeliveryKind, DeliveryStatus
from app.models import WebhookDelivery, WebhookEndpoint
from app.queries import webhook_work as queries

_AFRESH = {"status": DeliveryStatus.PENDING, "tries": 0, "scheduled_at": None}


async def wake(work: Work) -> None:
    """Wake the workers once this is committed. They would also look by themselves, within seconds."""
    await queries.announce(work.session)


async def end_pause(work: Work, row: WebhookEndpoint, **more: None) -> None:
    """End the pause that the receiver asked for, because a person asks for an attempt now. Nobody's tag gets stale by
    that."""
    statement = update(WebhookEndpoint).where(WebhookEndpoint.id == row.id).values(held_until=None, **more)
    await work.session.execute(statement.execution_options(synchronize_session="evaluate"))


async def resume(work: Work, row: WebhookEndpoint) -> None:
    """Have everything tried at once that waits for an attempt or was given up, with a fresh schedule. The endpoint is
    locked. What waits behind it in a lane goes on waiting, so each lane keeps its order."""
    await end_pause(work, row, failing_since=None)
    given_up = (WebhookDelivery.status == DeliveryStatus.FAILED) & (WebhookDelivery.kind != DeliveryKind.TEST)
    await work.session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.endpoint_id == row.id, WebhookDelivery.next_at.is_not(None) | given_up)
        .values(next_at=work.now, **_AFRESH)
    )
    await wake(work)


async def try_at_once(work: Work, row: WebhookEndpoint, lanes: Collection[UUID]) -> None:
    """Have the first delivery of each lane that has not arrived tried at once, with a fresh schedule. The endpoint is
    locked."""
    await end_pause(work, row, failing_since=None)
    heads = await queries.first_of_lanes(work.session, row.id, lanes)
    await work.session.execute(
        update(WebhookDelivery).where(WebhookDelivery.id.in_(heads)).values(next_at=work.now, **_AFRESH)
    )
    await wake(work)
