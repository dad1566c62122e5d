"""What becomes of a delivery after an attempt, and of its endpoint."""

import secrets as chance
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, literal, update

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.webhooks import (
    BUSY,
    CATCHING_UP,
    GIVEN_UP_AFTER,
    GONE,
    OUTAGE,
    DeliveryKind,
    DeliveryStatus,
    DisabledReason,
    asked_pause,
    pause_after,
    shown,
)
from app.letters.webhooks.endpoint_disabled import WebhookEndpointDisabled
from app.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.queries import webhook_work as queries

ATTEMPTS: Final[Counter[str]] = Counter(delivered=0, refused=0, unanswered=0)
"""How the attempts of this process ended: `delivered`, `refused` (another answer) and `unanswered`."""

_FINE: Final = 1_000_000


@dataclass(frozen=True)
class Attempted:
    """An attempt: what was asked of whom and when, and what came of it."""

    delivery_id: UUID
    at: datetime
    url: str
    timestamp: int
    milliseconds: int
    status: int | None = None
    answer: str | None = None
    retry_after: str | None = None
    unanswered: str | None = None
    """Why no answer came."""

    @property
    def arrived(self) -> bool:
        """Only 2xx counts."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def error(self) -> str | None:
        """Why it failed, for the log."""
        return None if self.arrived else self.unanswered or f"the receiver answered {self.status}"


async def write(work: Work, row: WebhookEndpoint, done: Sequence[Attempted]) -> None:
    """Write the attempts and what follows from them. The endpoint is locked."""
    if not done:
        return
    found = {one.id: one for one in await queries.deliveries_of(work.session, [one.delivery_id for one in done])}
    arrived: list[UUID] = []
    before, failing_since = row.failing_since, _failing_since(row, done, found)
    for attempted in done:
        delivery = found[attempted.delivery_id]
        _log(work, delivery, attempted)
        if attempted.arrived:
            delivery.status, delivery.next_at, delivery.delivered_at = DeliveryStatus.DELIVERED, None, work.now
            arrived.append(delivery.lane)
        elif (reason := _failed(work, delivery, attempted, failing_since)) is not None and row.enabled:
            await _disable(work, row, delivery, reason)
    await work.session.flush()
    await _note_health(work, row, done, failing_since)
    if arrived:
        following = await queries.first_of_lanes(work.session, row.id, arrived)
        await work.session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.id.in_(following), WebhookDelivery.next_at.is_(None))
            .values(next_at=work.now)
            .execution_options(synchronize_session=False)
        )
        if before is not None and work.now - before >= OUTAGE:
            await _catch_up(work, row)


def is_held(row: WebhookEndpoint, now: datetime) -> bool:
    """True while the receiver wants to be left alone."""
    return row.held_until is not None and now < row.held_until


def _failing_since(
    row: WebhookEndpoint, done: Sequence[Attempted], found: Mapping[UUID, WebhookDelivery]
) -> datetime | None:
    """The first failure since the last success. A test that fails says nothing: no event waits because of it."""
    if any(one.arrived for one in done):
        return None
    failed = [one.at for one in done if found[one.delivery_id].kind is not DeliveryKind.TEST]
    return row.failing_since or min(failed, default=None)


async def _catch_up(work: Work, row: WebhookEndpoint) -> None:
    """After an outage, try what waits for a later attempt. Such an attempt comes on top of the schedule, so an object
    that fails by itself neither loses one by it nor gets more time."""
    spread = CATCHING_UP.total_seconds()
    await work.session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.endpoint_id == row.id,
            WebhookDelivery.next_at > work.now + CATCHING_UP,
            WebhookDelivery.scheduled_at.is_(None),
        )
        .values(
            scheduled_at=WebhookDelivery.next_at,
            next_at=literal(work.now, WebhookDelivery.next_at.type)
            + func.make_interval(0, 0, 0, 0, 0, 0, func.random() * spread),
        )
        .execution_options(synchronize_session=False)
    )


def _log(work: Work, delivery: WebhookDelivery, attempted: Attempted) -> None:
    ATTEMPTS["delivered" if attempted.arrived else "refused" if attempted.status is not None else "unanswered"] += 1
    delivery.attempts += 1
    delivery.tries += 1
    delivery.last_attempt_at, delivery.last_status = attempted.at, attempted.status
    delivery.last_error = attempted.error
    work.session.add(
        WebhookAttempt(
            delivery_id=delivery.id,
            at=attempted.at,
            url=shown(attempted.url),
            timestamp=attempted.timestamp,
            milliseconds=attempted.milliseconds,
            status=attempted.status,
            error=attempted.error,
            answer=attempted.answer,
        )
    )


def _failed(
    work: Work, delivery: WebhookDelivery, attempted: Attempted, failing_since: datetime | None
) -> DisabledReason | None:
    """Set the next attempt, or give up; return why the endpoint is to be disabled, if it is."""
    scheduled, delivery.scheduled_at = delivery.scheduled_at, None
    if scheduled is not None and work.now < scheduled:
        # Tried outside the schedule, which goes on as if it had not been.
        delivery.tries -= 1
        pause: timedelta | None = scheduled - work.now
    else:
        pause = pause_after(delivery.tries, chance.randbelow(_FINE) / _FINE)
    if failing_since is not None and work.now - failing_since >= GIVEN_UP_AFTER:
        pause = None
    if attempted.status == GONE:
        reason: DisabledReason | None = DisabledReason.GONE
    elif delivery.kind is DeliveryKind.TEST:
        reason = None
    elif pause is None:
        reason = DisabledReason.EXHAUSTED
    else:
        asked = asked_pause(attempted.retry_after, work.now)
        delivery.next_at = work.now + max(pause, asked)
        if asked > pause:
            # No sooner, whatever else arrives.
            delivery.scheduled_at = delivery.next_at
        return None
    delivery.status, delivery.next_at = DeliveryStatus.FAILED, None
    return reason


async def _disable(work: Work, row: WebhookEndpoint, delivery: WebhookDelivery, reason: DisabledReason) -> None:
    """Stop, and tell the owner: one letter for the endpoint, however many events wait."""
    row.disabled_at, row.disabled_reason = work.now, reason
    await outbox.record(
        work,
        EventType.WEBHOOK_ENDPOINT_DISABLED,
        ("webhook_endpoint", row.id),
        summary=f"Webhook endpoint {row.description} disabled: {reason.value}",
        centre_sees=False,
        before={"enabled": True},
        after={"enabled": False, "disabled_reason": reason.value, "event_id": str(delivery.event_id)},
    )
    await outbox.queue(work, WebhookEndpointDisabled(endpoint_id=row.id, delivery_id=delivery.id))


async def _note_health(
    work: Work, row: WebhookEndpoint, done: Sequence[Attempted], failing_since: datetime | None
) -> None:
    """Note since when the endpoint fails, and until when it is held. Nobody's tag gets stale by that, so its version
    stays."""
    asked = [work.now + asked_pause(one.retry_after, work.now) for one in done if one.status in BUSY]
    held_until = max([*asked, row.held_until or work.now])
    values = {"failing_since": failing_since, "held_until": held_until if held_until > work.now else None}
    if values != {name: getattr(row, name) for name in values}:
        statement = update(WebhookEndpoint).where(WebhookEndpoint.id == row.id).values(values)
        # Evaluated, so that the row at hand has it too.
        await work.session.execute(statement.execution_options(synchronize_session="evaluate"))
