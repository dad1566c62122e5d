"""Read and export the record of changes (R24)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from types import MappingProxyType
from typing import Final
from uuid import UUID

from pydantic_core import to_json
from uuid_utils.compat import uuid7

from app import row_context
from app.clock import Clock
from app.database import Database, Work
from app.domain.records import area_of, readable_types
from app.domain.refusals.access import TokenNotValid
from app.domain.refusals.requests import Unavailable
from app.domain.security_events import SecurityEventKind
from app.domain.spreadsheets import MARK, csv_lines
from app.models import Event
from app.queries import callers
from app.queries import records as queries
from app.queries.callers import Asked, Bearer
from app.schemas import records as schemas
from app.services import security_events, timeline

CSV: Final = "text/csv"
JSON_LINES: Final = "application/jsonl"
FILE_NAMES: Final = MappingProxyType({CSV: "records.csv", JSON_LINES: "records.jsonl"})
COLUMNS: Final = (
    "id",
    "occurred_at",
    "area",
    "type",
    "summary",
    "aggregate_type",
    "aggregate_id",
    "aggregate_sequence",
    "application_id",
    "centre_id",
    "actor_kind",
    "actor_id",
    "actor_name",
    "actor_roles",
    "before",
    "after",
)
"""The columns of the CSV. New ones come last."""

# As long as a request may take: nobody else bounds what is read once the answer has begun.
_BATCH_SECONDS = 10.0
_NOT_COUNTED = Asked((), (), ())
_Write = Callable[[Sequence[Event]], bytes]


async def list_all(work: Work, query: schemas.RecordQuery) -> schemas.RecordedChangePage:
    """List a page of the changes that the actor may read. Raises `InvalidInput`."""
    rows, cursor = await queries.list_records(work, query)
    return schemas.RecordedChangePage(items=[_to_schema(work, row) for row in rows], next_cursor=cursor)


async def export(
    work: Work, database: Database, clock: Clock, query: schemas.RecordExportQuery, media_type: str
) -> AsyncIterator[bytes]:
    """Return the changes up to now, the oldest first, as they are read: a batch at a time is in memory, and no
    connection is held while one is sent.

    Raises `InvalidInput`. Reading on raises `TokenNotValid` once the actor is signed out or has other roles, and
    `Unavailable`.
    """
    until = UUID(int=uuid7().int)
    rows, after = await queries.read_batch(work, query, until)
    asked = query.model_dump(mode="json", exclude_defaults=True)
    detail = {"records": asked, "media_type": media_type}
    await security_events.record(work, SecurityEventKind.EXPORT, detail=detail)

    def write(rows: Sequence[Event]) -> bytes:
        return _as_csv(work, rows) if media_type == CSV else _as_json_lines(work, rows)

    async def pieces(rows: Sequence[Event], after: UUID | None) -> AsyncIterator[bytes]:
        yield ((MARK + csv_lines([COLUMNS])).encode() if media_type == CSV else b"") + write(rows)
        while after is not None:
            rows, after = await _read_on(work, database, clock, query, until, after)
            yield write(rows)

    return pieces(rows, after)


async def _read_on(
    work: Work, database: Database, clock: Clock, query: schemas.RecordExportQuery, until: UUID, after: UUID
) -> tuple[Sequence[Event], UUID | None]:
    """Read the next batch on a connection of its own, for the actor as they are by now."""
    try:
        async with (
            asyncio.timeout(_BATCH_SECONDS),
            database.lease(read_only=True, context=row_context.NOTHING) as session,
        ):
            now = clock()
            # It also shows the actor's rows, as at the beginning of a request.
            _, actor = await callers.count_and_find(
                session, now, _NOT_COUNTED, Bearer(work.actor.session_id, None, None, ())
            )
            if actor is None or readable_types(actor) != readable_types(work.actor):
                # What other roles show would be another file.
                raise TokenNotValid
            return await queries.read_batch(Work(session, actor, now, work.settings), query, until, after)
    except TimeoutError as error:
        raise Unavailable from error


def _to_schema(work: Work, row: Event) -> schemas.RecordedChange:
    return schemas.RecordedChange(
        **vars(timeline.to_schema(work, row)),
        area=area_of(row.type),
        application_id=row.application_id,
        centre_id=row.centre_id,
    )


def _as_json_lines(work: Work, rows: Sequence[Event]) -> bytes:
    return b"".join(to_json(_to_schema(work, row), by_alias=True) + b"\n" for row in rows)


def _as_csv(work: Work, rows: Sequence[Event]) -> bytes:
    return csv_lines(_cells(_to_schema(work, row)) for row in rows).encode()


def _cells(change: schemas.RecordedChange) -> list[str | None]:
    shown = change.model_dump(mode="json")
    aggregate, actor = shown["aggregate"], shown["actor"]
    return [
        shown["id"],
        shown["occurred_at"],
        shown["area"],
        shown["type"],
        shown["summary"],
        aggregate["type"],
        aggregate["id"],
        str(aggregate["sequence"]),
        shown["application_id"],
        shown["centre_id"],
        actor["kind"],
        actor["id"],
        actor["name"],
        " ".join(actor["roles"]),
        _json(shown["before"]),
        _json(shown["after"]),
    ]


def _json(values: object) -> str | None:
    return to_json(values).decode() if values is not None else None
