"""Events, e-mails and jobs: rows of the caller's transaction, so that they exist exactly when the change does."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app.database import Work
from app.domain.events import EventType
from app.models import Email, EmailStatus, Event, EventStream, ReferenceCounter


async def record(
    work: Work,
    type_: EventType,
    aggregate: tuple[str, UUID],
    *,
    summary: str,
    application_id: UUID | None = None,
    centre_id: UUID | None = None,
    centre_sees: bool = True,
    public: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Event:
    """Append one change to the record (R24).

    `public` is the thin payload of the feed, and None for changes that no outsider is told of; `before` and `after` are the audit's.
    The sequence of the aggregate is counted under a row lock, so that it has no gap and no double.
    """
    kind, aggregate_id = aggregate
    stream = insert(EventStream).values(aggregate_id=aggregate_id, last_sequence=1)
    sequence = await work.session.scalar(
        stream.on_conflict_do_update(
            index_elements=[EventStream.aggregate_id], set_={"last_sequence": EventStream.last_sequence + 1}
        ).returning(EventStream.last_sequence)
    )
    assert sequence is not None
    event = Event(
        aggregate_type=kind,
        aggregate_id=aggregate_id,
        sequence=sequence,
        type=type_.value,
        summary=summary,
        occurred_at=work.now,
        application_id=application_id,
        centre_id=centre_id,
        centre_sees=centre_sees,
        actor_kind=work.actor.kind.value,
        actor_id=work.actor.id,
        actor_name=work.actor.name,
        actor_roles=sorted(role.value for role in work.actor.roles_for(centre_id)),
        public=dict(public) if public is not None else None,
        audit={"before": dict(before or {}), "after": dict(after or {})} if before or after else None,
    )
    work.session.add(event)
    if public is not None:
        work.publish_events = True
    return event


async def queue_email(work: Work, kind: str, **arguments: UUID | str | int | None) -> UUID:
    """Owe an e-mail: the worker loads what it says by these ids when it sends it."""
    email_id = uuid7()
    work.session.add(
        Email(
            id=email_id,
            kind=kind,
            arguments={name: str(value) if isinstance(value, UUID) else value for name, value in arguments.items()},
            status=EmailStatus.QUEUED,
            queued_at=work.now,
        )
    )
    await enqueue(work, "send_email", str(email_id))
    return email_id


async def enqueue(work: Work, entrypoint: str, payload: str = "") -> None:
    """Put a job on the queue in the caller's transaction.

    The flush and the SELECT are not idle: SQLAlchemy begins the transaction with the first statement that it sends itself, and a job
    that is enqueued on the bare connection before that would commit on its own.
    """
    await work.session.flush()
    await work.session.execute(select(1))
    connection = await (await work.session.connection()).get_raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    context = structlog.contextvars.get_contextvars()
    await Queries(AsyncpgDriver(driver)).enqueue(
        entrypoint, payload.encode(), priority=0, headers={"request_id": str(context.get("request_id", ""))}
    )


async def seal(work: Work) -> None:
    """The last thing before the commit: flush, and have the worker publish what was recorded for the feed."""
    await work.session.flush()
    if work.publish_events:
        await enqueue(work, "publish_events")


async def next_reference(work: Work, prefix: str) -> str:
    """The next reference of a series that people can quote, such as `INV-2026-000001`; gapless, for its row is locked to the commit."""
    series = f"{prefix}-{work.now.year}"
    counter = insert(ReferenceCounter).values(series=series, last_number=1)
    number = await work.session.scalar(
        counter.on_conflict_do_update(
            index_elements=[ReferenceCounter.series], set_={"last_number": ReferenceCounter.last_number + 1}
        ).returning(ReferenceCounter.last_number)
    )
    return f"{series}-{number:06d}"
