"""Events, letters and jobs: rows of the caller's transaction, so they exist exactly when the change does."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

import structlog
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries
from pydantic_core import to_jsonable_python
from sqlalchemy import text
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

    `public` is the thin payload of the feed, and None for changes that no outsider is told of; `before` and `after`
    are the audit's. The sequence of the aggregate is counted under a row lock, so that it has no gap and no double.
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
    """What the outbox stores of a letter; the letters are in `app/letters/`."""

    @property
    def kind(self) -> str:
        """The name under which it is stored."""

    def arguments(self) -> dict[str, Any]:
        """Its arguments as JSON."""


async def queue(work: Work, *letters: Letter) -> list[UUID]:
    """Queue letters, which the worker loads and sends after the commit; return their email ids.

    Many letters take as few statements as one.
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
    """Put a job on the queue for each payload, or one without any, in the caller's transaction.

    The flush and the SELECT are not idle: SQLAlchemy begins the transaction with the first statement that it sends
    itself, and a job that is enqueued on the bare connection before that would commit on its own.
    """
    await work.session.flush()
    await work.session.execute(text("SELECT 1"))
    connection = await (await work.session.connection()).get_raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    jobs = [payload.encode() for payload in payloads or ("",)]
    await Queries(AsyncpgDriver(driver)).enqueue(
        [entrypoint] * len(jobs), [*jobs], [0] * len(jobs), headers=[{"request_id": request_id} for _ in jobs]
    )


async def seal(work: Work) -> None:
    """The last thing before the commit: flush, and have the worker publish what was recorded for the feed."""
    await work.session.flush()
    if work.publish_events:
        await enqueue(work, "publish_events")


async def next_reference(work: Work, prefix: str) -> str:
    """The next reference of a series that people can quote, such as `INV-2026-000001`; gapless, for its row is
    locked to the commit."""
    series = f"{prefix}-{work.now.year}"
    counter = insert(ReferenceCounter).values(series=series, last_number=1)
    number = await work.session.scalar(
        counter.on_conflict_do_update(
            index_elements=[ReferenceCounter.series], set_={"last_number": ReferenceCounter.last_number + 1}
        ).returning(ReferenceCounter.last_number)
    )
    return f"{series}-{number:06d}"
