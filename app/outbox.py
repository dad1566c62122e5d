"""Events, letters and jobs. They are rows of the caller's transaction, so they exist if and only if the change does.

A transaction collects them, and stores them in one statement: its own `with_outgoing`, or one just before its commit.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import BigInteger, Integer, Text, bindparam, cast, column, func, literal, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.sql.selectable import CTE, HasCTE
from uuid_utils.compat import uuid7

from app import tracing
from app.database import Work
from app.domain.events import EventType
from app.domain.json_values import JsonObject
from app.logs import request_id
from app.models import Email, EmailStatus, Event, EventStream, ReferenceCounter
from app.queries.hot import Hot
from app.queries.locking import Turn
from app.queries.queue import JOB_LOG, JOBS, QUEUED

StatementT = TypeVar("StatementT", bound=HasCTE)


@dataclass
class _Outgoing:
    """What a transaction has collected and not written yet."""

    events: list[JsonObject] = field(default_factory=list)
    emails: list[JsonObject] = field(default_factory=list)
    jobs: list[JsonObject] = field(default_factory=list)
    publishes: bool = False


def _outgoing(work: Work) -> _Outgoing:
    # The session keeps it, because several works may share a transaction.
    found = work.session.outgoing
    if not isinstance(found, _Outgoing) or not work.session.before_commit:
        found = work.session.outgoing = _Outgoing()
        work.session.before_commit.append(partial(write, work))
    return found


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
) -> None:
    """Record a change as an event (R24).

    `public` is the payload for the feed; None keeps the event out of it. `before` and `after` are for the audit.
    """
    outgoing = _outgoing(work)
    outgoing.events.append(
        {
            "id": uuid7(),
            "aggregate_type": aggregate[0],
            "aggregate_id": aggregate[1],
            "type": type_.value,
            "summary": summary,
            "occurred_at": work.now,
            "application_id": application_id,
            "centre_id": centre_id,
            "centre_sees": centre_sees,
            "actor_kind": work.actor.kind.value,
            "actor_id": work.actor.id,
            "actor_name": work.actor.name,
            "actor_roles": sorted(role.value for role in work.actor.roles_for(centre_id)),
            "public": public,
            "audit": {"before": before or {}, "after": after or {}} if before or after else None,
        }
    )
    if public is not None:
        outgoing.publishes = True


class Letter(Protocol):
    """The part of a letter that the outbox stores; the letters are in `app/letters/`."""

    @property
    def kind(self) -> str:
        """The stored name of the letter."""

    def arguments(self) -> JsonObject:
        """Return the arguments as JSON."""


async def queue(work: Work, *letters: Letter) -> list[UUID]:
    """Queue letters for the worker to send after the commit; return their email ids."""
    ids = [uuid7() for _ in letters]
    for id_, letter in zip(ids, letters, strict=True):
        _collect(work, id_, letter)
    if ids:
        await enqueue(work, "send_email", *map(str, ids))
    return ids


async def queue_as(work: Work, email_id: UUID, letter: Letter) -> None:
    """Queue a letter whose email has this id, because a row that is written earlier names it."""
    _collect(work, email_id, letter)
    await enqueue(work, "send_email", str(email_id))


def _collect(work: Work, id_: UUID, letter: Letter) -> None:
    row = {"id": id_, "kind": letter.kind, "arguments": letter.arguments(), "queued_at": work.now}
    _outgoing(work).emails.append(row)


async def enqueue(work: Work, entrypoint: str, *payloads: str) -> None:
    """Enqueue a job for each payload, or one job without a payload, in the caller's transaction."""
    headers = _job_headers()
    _outgoing(work).jobs += (
        {"entrypoint": entrypoint, "argument": payload, "headers": headers} for payload in payloads or ("",)
    )


def _given(name: str, *columns: KeyedColumnElement[Any]) -> CTE:
    """The rows of a parameter that holds a JSON array of objects."""
    rows = func.jsonb_to_recordset(cast(bindparam(name, type_=Text()), JSONB))
    typed = rows.table_valued(*(column(each.name, each.type) for each in columns))
    return typed.render_derived(with_types=True).select().cte(f"given_{name}")


_STORED = [each for each in Event.__table__.columns if each.name not in ("sequence", "position")]
_EVENTS = _given("events", *_STORED, column("still_to_come", BigInteger()))
# The streams are locked in the order of their ids, so that two transactions cannot deadlock.
_COUNT = insert(EventStream).from_select(
    ["aggregate_id", "last_sequence"],
    _EVENTS.select()
    .with_only_columns(_EVENTS.c.aggregate_id, func.count())
    .group_by(_EVENTS.c.aggregate_id)
    .order_by(_EVENTS.c.aggregate_id),
)
_COUNTED = (
    _COUNT.on_conflict_do_update(
        index_elements=[EventStream.aggregate_id],
        set_={"last_sequence": EventStream.last_sequence + _COUNT.excluded.last_sequence},
    )
    .returning(EventStream.aggregate_id, EventStream.last_sequence)
    .cte("counted")
)
_RECORD = insert(Event).from_select(
    [*(each.name for each in _STORED), "sequence"],
    _EVENTS.join(_COUNTED, _COUNTED.c.aggregate_id == _EVENTS.c.aggregate_id)
    .select()
    .with_only_columns(*(_EVENTS.c[each.name] for each in _STORED), _COUNTED.c.last_sequence - _EVENTS.c.still_to_come),
)
_EMAILS = _given("emails", *(Email.__table__.c[name] for name in ("id", "kind", "arguments", "queued_at")))
_QUEUED = insert(Email).from_select(
    ["id", "kind", "arguments", "queued_at", "status"],
    _EMAILS.select().add_columns(literal(EmailStatus.QUEUED, Email.__table__.c.status.type)),
)
_JOBS = _given("jobs", *(JOBS.c[name] for name in ("entrypoint", "headers")), column("argument", Text()))
_ENQUEUED = (
    insert(JOBS)
    .from_select(
        ["entrypoint", "headers", "payload", "priority", "status"],
        _JOBS.select().with_only_columns(
            _JOBS.c.entrypoint,
            _JOBS.c.headers,
            func.convert_to(_JOBS.c.argument, "UTF8"),
            literal(0, Integer()),
            QUEUED,
        ),
    )
    .returning(JOBS.c.id, JOBS.c.entrypoint)
    .cte("enqueued")
)
_LOGGED = insert(JOB_LOG).from_select(
    ["job_id", "entrypoint", "priority", "status"],
    _ENQUEUED.select().with_only_columns(_ENQUEUED.c.id, _ENQUEUED.c.entrypoint, literal(0, Integer()), QUEUED),
)
_WRITE_EVENTS = Hot(_RECORD, tuple[()])
_WRITE = Hot(_LOGGED.add_cte(_RECORD.cte("recorded"), _QUEUED.cte("queued")), tuple[()])
_ENQUEUE_ONCE = "SELECT enqueue_once('publish_events', $1, $2)"


def with_events(statement: StatementT) -> StatementT:
    """Extend a statement that writes so that it also stores the events that `hand_over_events` gives it, without a
    further round trip."""
    return statement.add_cte(_RECORD.cte("recorded"))


def with_outgoing(statement: StatementT) -> StatementT:
    """Extend a statement that writes so that it also stores everything that `hand_over` gives it.

    Only for one that has letters: an INSERT into the queue wakes the worker, even without a row.
    """
    return with_events(statement).add_cte(_QUEUED.cte("queued"), _LOGGED.cte("logged"))


def has_events(work: Work) -> bool:
    """Events are collected, and not written yet."""
    outgoing = work.session.outgoing
    return isinstance(outgoing, _Outgoing) and bool(outgoing.events)


def has_letters(work: Work) -> bool:
    """Letters or jobs are collected, and not written yet."""
    outgoing = work.session.outgoing
    return isinstance(outgoing, _Outgoing) and bool(outgoing.emails or outgoing.jobs)


def hand_over_events(work: Work) -> dict[str, str]:
    """The collected events, as the parameter of a statement `with_events`; they then count as written."""
    outgoing = _outgoing(work)
    events, outgoing.events = outgoing.events, []
    left = Counter(event["aggregate_id"] for event in events)
    for event in events:
        left[event["aggregate_id"]] -= 1
        event["still_to_come"] = left[event["aggregate_id"]]
    return {"events": to_json(events).decode()}


def hand_over(work: Work) -> dict[str, str]:
    """Everything that is collected, as parameters of a statement `with_outgoing`; it then counts as written."""
    outgoing = _outgoing(work)
    emails, jobs = outgoing.emails, outgoing.jobs
    outgoing.emails, outgoing.jobs = [], []
    return hand_over_events(work) | {"emails": to_json(emails).decode(), "jobs": to_json(jobs).decode()}


async def write(work: Work) -> None:
    """Store what the transaction has collected. Only a caller that reads it before the commit needs this.

    The row lock on an aggregate's stream keeps its sequence free of gaps and duplicates.
    """
    if work.session.has_changes:
        # Rows are locked before streams everywhere, so that two transactions cannot deadlock.
        await work.session.flush()
    await work.session.start()
    if has_letters(work):
        await _WRITE.execute(work.driver, **hand_over(work))
    elif has_events(work):
        await _WRITE_EVENTS.execute(work.driver, **hand_over_events(work))
    outgoing = _outgoing(work)
    if outgoing.publishes:
        outgoing.publishes = False
        work.after_commit.append(partial(_publish, work))


async def _publish(work: Work) -> None:
    """Enqueue the publication of the events just committed, unless one is queued: it starts later and takes them too.

    If the process dies before this, the worker's sweep publishes them within a minute.
    """
    headers = to_json(_job_headers()).decode()
    await work.driver.execute(_ENQUEUE_ONCE, Turn.ENQUEUE_PUBLICATION.value, headers)


def _job_headers() -> JsonObject:
    return {"request_id": request_id(), **tracing.carried()}


class _Numbered(NamedTuple):
    reference: str


_COUNTER = insert(ReferenceCounter).values(
    series=bindparam("series", type_=Text()), last_number=literal(1, BigInteger())
)
_DIGITS = cast(ReferenceCounter.last_number, Text())
_NUMBER = _COUNTER.on_conflict_do_update(
    index_elements=[ReferenceCounter.series], set_={"last_number": ReferenceCounter.last_number + 1}
).returning(
    func.concat(
        ReferenceCounter.series, "-", func.lpad(_DIGITS, func.greatest(6, func.length(_DIGITS)), "0"), type_=Text()
    ).label("reference")
)
_NEXT = Hot(_NUMBER, _Numbered)
_TAKE_BACK = Hot(
    update(ReferenceCounter)
    .where(ReferenceCounter.series == bindparam("of_series", type_=Text()))
    .values(last_number=ReferenceCounter.last_number - 1),
    tuple[()],
)
NUMBERED = _NUMBER.cte("numbered")
"""The next `reference` of the parameter `series`, for the statement that stores it; see `next_reference`."""


def series(work: Work, prefix: str) -> str:
    """This year's series, such as `INV-2026`."""
    return f"{prefix}-{work.now.year}"


async def next_reference(work: Work, prefix: str) -> str:
    """Return the next reference of a series, such as `INV-2026-000001`.

    The counter row stays locked until the commit, so the series has no gaps.
    """
    await work.session.start()
    row = await _NEXT.one(work.driver, series=series(work, prefix))
    assert row is not None
    return row.reference


async def take_back_reference(work: Work, prefix: str) -> None:
    """Give back the last reference that this transaction has taken: it was not used."""
    await _TAKE_BACK.execute(work.driver, of_series=series(work, prefix))
