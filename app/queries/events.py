"""Events, as timelines and as the public feed."""

from uuid import UUID

from sqlalchemy import Select, func, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.database import Work
from app.models import Event
from app.queries.feed_cursors import position_after, read_position
from app.queries.merging import each_of, one_of
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


@unfiltered(Reason.PERMITTED)
async def list_feed(work: Work, query: FeedQuery) -> tuple[list[Event], str]:
    """List published events after the cursor, by position, with the next cursor.

    Positions become visible in order (`services.events.publication`), so nothing is ever published behind the cursor. A
    page that is not full has read the whole feed, so its cursor skips what was filtered out.
    """
    after = read_position(query.cursor) if query.cursor is not None else 0
    last = await work.session.scalar(select(func.max(Event.position))) or 0
    statement = select(Event).where(Event.position > after, Event.position <= last)
    if query.aggregate_id is not None or query.application_id is not None:
        statement = _about(statement, query)
    elif query.types:
        # The index has the events of each type in order; of each, no more than a page is read.
        types = each_of(sorted({type_.value for type_ in query.types}))
        place = tuple_(Event.type, Event.position)
        first = select(Event.id, Event.position).where(
            # Compared together, because by position alone the planner may look for a rare type in the whole feed.
            place > tuple_(types.c.value, after),
            place <= tuple_(types.c.value, last),
            Event.position.is_not(None),
        )
        part = first.order_by(Event.type, Event.position).limit(query.limit).correlate(types).lateral("part")
        found = select(part.c.id).select_from(types).join(part, true()).order_by(part.c.position).limit(query.limit)
        statement = select(Event).where(one_of(Event.id, found))
    rows = list((await work.session.scalars(statement.order_by(Event.position).limit(query.limit))).all())
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
