"""Record security events, in the table and in the log, and show them to administrators."""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from pydantic_core import to_json, to_jsonable_python
from sqlalchemy import Text, bindparam, cast, column, func, insert
from sqlalchemy.dialects.postgresql import JSONB
from uuid_utils.compat import uuid7

from app.caller import caller
from app.database import Work
from app.domain.actors import ActorKind
from app.domain.security_events import SecurityEventKind, SecurityOutcome
from app.logs import SECURITY, request_id
from app.models import SecurityEvent
from app.queries import security_events as queries
from app.queries.hot import Hot
from app.schemas import security_events as schemas

RECORDED: Final[Counter[tuple[str, str]]] = Counter()
"""How many events this process has recorded, by kind and outcome."""

_log = structlog.get_logger(SECURITY)
_COLUMNS = SecurityEvent.__table__.columns
_GIVEN = func.jsonb_to_recordset(cast(bindparam("events", type_=Text()), JSONB))
_TYPED = _GIVEN.table_valued(*(column(each.name, each.type) for each in _COLUMNS)).render_derived(with_types=True)
_STORE = Hot(insert(SecurityEvent).from_select(_COLUMNS.keys(), _TYPED.select()), tuple[()])
_Recorded = dict[str, object]


async def record(
    work: Work,
    kind: SecurityEventKind,
    *,
    person_id: UUID | None = None,
    client_id: UUID | None = None,
    outcome: SecurityOutcome = SecurityOutcome.SUCCESS,
    detail: Mapping[str, object] | None = None,
    even_if_refused: bool = False,
) -> None:
    """Record an event in the transaction, and log it once that is committed.

    `person_id` or `client_id` is whom it concerns; who did it is the actor, and from where is known of the request.
    `detail` holds ids, roles, scopes and reasons, never a secret or what somebody typed in vain. With
    `even_if_refused`, the event is recorded also where the transaction is rolled back, as by most refusals. A request
    that only reads records it after its transaction.
    """
    event = {
        "id": uuid7(),
        "at": work.now,
        "kind": kind.value,
        "outcome": outcome.value,
        "actor_kind": work.actor.kind.value,
        "actor_id": work.actor.id,
        "actor_name": work.actor.name,
        "person_id": person_id,
        "client_id": client_id,
        **caller()._asdict(),
        "request_id": request_id() or None,
        "detail": dict(detail or {}),
    }
    session = work.session
    if session.reads_only:
        session.after_commit.append(partial(_store, work, [event]))
        return
    if not session.security_events:
        session.before_commit.append(partial(_store_all, work))
    session.security_events.append(event)
    if even_if_refused:
        session.after_rollback.append(partial(_store, work, [event]))


async def _store_all(work: Work) -> None:
    """Store what the transaction has recorded, and log it after the commit."""
    events, work.session.security_events = work.session.security_events, []
    await work.session.start()
    await _insert(work, events)
    work.after_commit.append(partial(_tell, events))


async def _store(work: Work, events: list[_Recorded]) -> None:
    """Store events outside the transaction, which has ended."""
    await _insert(work, events)
    await _tell(events)


async def _insert(work: Work, events: list[_Recorded]) -> None:
    await _STORE.execute(work.driver, events=to_json(events).decode())


async def _tell(events: list[_Recorded]) -> None:
    for event in events:
        RECORDED[str(event["kind"]), str(event["outcome"])] += 1
        told = {name: value for name, value in event.items() if value is not None and name not in ("kind", "at")}
        _log.info(str(event["kind"]), **to_jsonable_python(told))


async def list_all(work: Work, query: schemas.SecurityEventQuery) -> schemas.SecurityEventPage:
    """List a page of security events, newest first."""
    rows, cursor = await queries.list_security_events(work.session, query)
    names = await queries.names_of(work.session, {row.person_id for row in rows if row.person_id is not None})
    return schemas.SecurityEventPage(items=[_to_schema(row, names) for row in rows], next_cursor=cursor)


def _to_schema(row: SecurityEvent, names: Mapping[UUID, str]) -> schemas.SecurityEvent:
    return schemas.SecurityEvent(
        id=row.id,
        at=row.at,
        kind=row.kind,
        outcome=row.outcome,
        actor=schemas.SecurityActor(kind=ActorKind(row.actor_kind), id=row.actor_id, name=row.actor_name),
        person_id=row.person_id,
        person_name=names.get(row.person_id) if row.person_id is not None else None,
        client_id=row.client_id,
        address=row.address,
        user_agent=row.user_agent,
        request_id=row.request_id,
        detail=row.detail,
    )
