"""Events, letters and jobs. They are rows of the caller's transaction, so they exist if and only if the change does."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

import structlog
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries
from pydantic_core import to_jsonable_python
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from app.database import Work
from app.domain.events import EventType
from app.domain.json_values import JsonObject
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
    """Record a change as an event (R24).

    `public` is the payload for the feed; None keeps the event out of it. `before` and `after` are for the audit. A row
    lock keeps the aggregate's sequence free of gaps and duplicates.
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
        audit=to_jsonable_python({"before": before or {}, "after": after or {}}) if before or after else None,
    )
    work.session.add(event)
    if public is not None:
        work.publish_events = True
    return event


class Letter(Protocol):
    """The part of a letter that the outbox stores; the letters are in `app/letters/`."""

    @property
    def kind(self) -> str:
        """The stored name of the letter."""

    def arguments(self) -> JsonObject:
        """Return the arguments as JSON."""


async def queue(work: Work, *letters: Letter) -> list[UUID]:
    """Queue letters for the worker to send after the commit; return their email ids.

    Takes the same number of statements for many letters as for one.
    """
    emails = [
        Email(
            id=uuid7(),
            kind=letter.kind,
            arguments=letter.arguments(),
            status=EmailStatus.QUEUED,
            queued_at=work.now,
        )
        for letter in letters
    ]
    work.session.add_all(emails)
    if emails:
        await enqueue(work, "send_email", *(str(email.id) for email in emails))
    return [email.id for email in emails]


async def enqueue(work: Work, entrypoint: str, *payloads: str) -> None:
    """Enqueue a job for each payload, or one job without a payload, in the caller's transaction."""
    await work.session.start()
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    jobs = [payload.encode() for payload in payloads or ("",)]
    await Queries(AsyncpgDriver(work.driver)).enqueue(
        [entrypoint] * len(jobs), [*jobs], [0] * len(jobs), headers=[{"request_id": request_id} for _ in jobs]
    )


async def seal(work: Work) -> None:
    """Flush, and queue the publication of new events for the feed. Call it last, just before the commit."""
    await work.session.flush()
    if work.publish_events:
        await enqueue(work, "publish_events")


async def next_reference(work: Work, prefix: str) -> str:
    """Return the next reference of a series, such as `INV-2026-000001`.

    The counter row stays locked until the commit, so the series has no gaps.
    """
    series = f"{prefix}-{work.now.year}"
    counter = insert(ReferenceCounter).values(series=series, last_number=1)
    number = await work.session.scalar(
        counter.on_conflict_do_update(
            index_elements=[ReferenceCounter.series], set_={"last_number": ReferenceCounter.last_number + 1}
        ).returning(ReferenceCounter.last_number)
    )
    return f"{series}-{number:06d}"
