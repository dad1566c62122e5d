"""Events, as timelines and as the public feed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Integer, Select, Text, bindparam, func, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.database import Work
from app.domain.json_values import JsonObject
from app.models import Event
from app.queries.feed_cursors import position_after, read_position
from app.queries.hot import Hot
from app.queries.merging import one_of
from app.queries.paging import fetch_page, page_of
from app.queries.visibility import Reason, unfiltered
from app.schemas.events import FeedQuery
from app.schemas.timeline import TimelineOrder, TimelineQuery


@unfiltered(Reason.JUDGED)
async def list_timeline(
    work: Work, of: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None], value: UUID, query: TimelineQuery
) -> tuple[list[Event], str | None]:
    """List a page of the events whose column `of` has this value; only staff see internal ones."""
    statement = select(Event).where(of == value)
    if not work.actor.is_staff:
        statement = statement.where(Event.centre_sees)
    newest_first = query.order is TimelineOrder.NEWEST_FIRST
    return await fetch_page(work.session, statement, page_of(query, [Event.id], descending=newest_first))


class FeedRow(NamedTuple):
    """What the feed shows of an event."""

    id: UUID
    position: int | None
    type: str
    occurred_at: datetime
    aggregate_type: str
    aggregate_id: UUID
    sequence: int
    public: JsonObject | None


class _Last(NamedTuple):
    last: int


def _select(row: type[Event]) -> Select[*tuple[object, ...]]:
    return select(
        row.id,
        row.position,
        row.type,
        row.occurred_at,
        row.aggregate_type,
        row.aggregate_id,
        row.sequence,
        row.public,
    )


_AFTER, _LIMIT = bindparam("after", type_=BigInteger()), bindparam("page_limit", type_=Integer())
_UP_TO = bindparam("last", type_=BigInteger())
_LAST = Hot(select(func.coalesce(func.max(Event.position), 0, type_=BigInteger()).label("last")), _Last)
# The largest page as a constant tells the planner that few rows are wanted.
_next = aliased(
    Event, select(Event).where(Event.position > _AFTER).order_by(Event.position).limit(100).subquery("page")
)
_FEED = Hot(_select(_next).order_by(_next.position).limit(_LIMIT), FeedRow)
# The index has the events of each type in order; of each, no more than a page is read.
_types = func.unnest(bindparam("types", type_=ARRAY(Text()))).table_valued("value").render_derived()
_place = tuple_(Event.type, Event.position)
_part = (
    select(Event.id, Event.position)
    .where(
        # Compared together, because by position alone the planner may look for a rare type in the whole feed.
        _place > tuple_(_types.c.value, _AFTER),
        _place <= tuple_(_types.c.value, _UP_TO),
        Event.position.is_not(None),
    )
    .order_by(Event.type, Event.position)
    .limit(_LIMIT)
    .correlate(_types)
    .lateral("part")
)
_found = select(_part.c.id).select_from(_types).join(_part, true()).order_by(_part.c.position).limit(_LIMIT)
_OF_TYPES = Hot(_select(Event).where(one_of(Event.id, _found)).order_by(Event.position), FeedRow)


@unfiltered(Reason.PERMITTED)
async def list_feed(work: Work, query: FeedQuery) -> tuple[Sequence[Event | FeedRow], str]:
    """List published events after the cursor, by position, with the next cursor.

    Positions become visible in order (`services.events.publication`), so nothing is ever published behind the cursor. A
    page that is not full has read the whole feed, so its cursor skips what was filtered out.
    """
    after = read_position(query.cursor) if query.cursor is not None else 0
    about = query.aggregate_id is not None or query.application_id is not None
    rows: Sequence[Event | FeedRow]
    if not about and not query.types:
        rows = await _FEED.all(work.driver, after=after, page_limit=query.limit)
        return rows, position_after(int(rows[-1].position or 0) if rows else after)
    found = await _LAST.one(work.driver)
    last = found.last if found is not None else 0
    if about:
        statement = _about(select(Event).where(Event.position > after, Event.position <= last), query)
        rows = (await work.session.scalars(statement.order_by(Event.position).limit(query.limit))).all()
    else:
        types = sorted({type_.value for type_ in query.types})
        rows = await _OF_TYPES.all(work.driver, after=after, last=last, types=types, page_limit=query.limit)
    end = max(after, last) if len(rows) < query.limit else rows[-1].position
    return rows, position_after(int(end or 0))


def _about(statement: Select[Event], query: FeedQuery) -> Select[Event]:
    """Only events of one object or application. They are few, and found before they are sorted."""
    found = select(Event.id)
    if query.aggregate_id is not None:
        found = found.where(Event.aggregate_id == query.aggregate_id)
    if query.application_id is not None:
        found = found.where(Event.application_id == query.application_id)
    if query.types:
        found = found.where(Event.type.in_([type_.value for type_ in query.types]))
    return statement.where(one_of(Event.id, found))
