"""What the worker reads and writes between two attempts, in short transactions.

A worker leases an endpoint, so that one process at a time keeps the order of its lanes. It reads what is due, sends it
without a connection, and writes what became of it together with reading what is due next. If it dies, its lease runs
out and another worker sends again what was not written: at least once, under the same `webhook-id`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, insert, update
from uuid_utils.compat import uuid7

from app.database import Work
from app.domain.webhooks import DeliveryKind, DeliveryStatus
from app.models import WebhookDelivery, WebhookEndpoint
from app.queries import webhook_work as queries
from app.queries.webhooks import last_position
from app.security.keys import previous_key, signing_key
from app.services.webhooks import outcomes, payloads, secrets
from app.services.webhooks.outcomes import Attempted, is_held

LEASE: Final = timedelta(seconds=30)
"""Longer than an attempt takes. Each transaction begins it anew."""

AT_ONCE: Final = 8
"""Attempts of one endpoint that run at a time; one, while it fails."""

# Positions of the feed that are looked through in a transaction.
_WINDOW: Final = 500
_WINDOWS: Final = 4


@dataclass(frozen=True)
class Outgoing:
    """What to send, and where."""

    delivery_id: UUID
    lane: UUID
    message_id: str
    url: str
    secrets: Sequence[bytes]
    body: bytes


async def lease(work: Work, most: int) -> dict[UUID, UUID]:
    """Lease endpoints that have something to send; return the lease of each."""
    rows = await queries.lock_endpoints_with_work(work.session, work.now, most)
    leases = {row.id: uuid4() for row in rows}
    for id_, one in leases.items():
        await _set(work, id_, lease=one, leased_until=func.statement_timestamp() + LEASE)
    return leases


async def advance(
    work: Work, endpoint_id: UUID, held: UUID, done: Sequence[Attempted], running: Collection[UUID], *, go_on: bool
) -> Sequence[Outgoing] | None:
    """Write what was done, and return what to send next beside the lanes that are `running`.

    None if the lease is lost: what was done counts for nothing, and another worker does it again. Gives the lease back
    where nothing is running and nothing follows. Without `go_on`, nothing follows.
    """
    row = await queries.lock_leased_endpoint(work.session, endpoint_id, held)
    if row is None:
        return None
    await outcomes.write(work, row, done)
    room = (1 if row.failing_since is not None else AT_ONCE) - len(running)
    go_on = go_on and row.enabled and not is_held(row, work.now)
    due = await _due(work, row, running, room) if go_on and room > 0 else []
    outgoing = await _loaded(work, row, due)
    if outgoing or running:
        await _set(work, row.id, leased_until=func.statement_timestamp() + LEASE)
    else:
        await _set(work, row.id, lease=None, leased_until=func.statement_timestamp())
    return outgoing


async def _due(work: Work, row: WebhookEndpoint, running: Collection[UUID], room: int) -> Sequence[WebhookDelivery]:
    due = await queries.due_deliveries(work.session, row.id, work.now, but=running, most=room)
    if len(due) == room:
        return due
    last, position = await last_position(work.session), row.position
    for _ in range(_WINDOWS):
        if position >= last or len(due) == room:
            break
        until = min(position + _WINDOW, last)
        if await _fan_out(work, row, position, until):
            due = await queries.due_deliveries(work.session, row.id, work.now, but=running, most=room)
        position = until
        await _set(work, row.id, position=position)
    return due


async def _fan_out(work: Work, row: WebhookEndpoint, after: int, until: int) -> int:
    """Queue the endpoint's deliveries of these events; return how many. Of each lane, the first is due."""
    events = await queries.events_between(work.session, after, until, row.event_types)
    if not events:
        return 0
    busy = set(await queries.busy_lanes(work.session, row.id, {event.aggregate_id for event in events}))
    queued: list[dict[str, object]] = []
    for event in events:
        values = queued_values(row.id, DeliveryKind.EVENT, work.now)
        queued.append(
            values
            | {
                "event_id": event.id,
                "event_type": event.type,
                "aggregate_id": event.aggregate_id,
                "position": event.position,
                "lane": event.aggregate_id,
                "next_at": None if event.aggregate_id in busy else work.now,
            }
        )
        busy.add(event.aggregate_id)
    await work.session.execute(insert(WebhookDelivery), queued)
    return len(queued)


def queued_values(endpoint_id: UUID, kind: DeliveryKind, now: datetime) -> dict[str, object]:
    """The columns of a delivery that nobody has tried."""
    return {
        "id": uuid7(),
        "endpoint_id": endpoint_id,
        "kind": kind,
        "status": DeliveryStatus.PENDING,
        "attempts": 0,
        "tries": 0,
        "created_at": now,
        "next_at": now,
    }


async def _loaded(work: Work, row: WebhookEndpoint, due: Sequence[WebhookDelivery]) -> Sequence[Outgoing]:
    if not due:
        return []
    keys = [key for key in (signing_key(work.settings), previous_key(work.settings)) if key is not None]
    signs = secrets.opened(row, keys, work.now)
    bodies = await payloads.of_deliveries(work, due)
    return [
        Outgoing(one.id, one.lane, str(one.event_id), row.url, signs, bodies[one.id].model_dump_json().encode())
        for one in due
    ]


async def _set(work: Work, endpoint_id: UUID, **values: object) -> None:
    """Write how far the endpoint got. Nobody's tag gets stale by that, so its version stays."""
    statement = update(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id).values(**values)
    await work.session.execute(statement.execution_options(synchronize_session=False))
