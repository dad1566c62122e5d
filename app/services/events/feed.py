"""The public feed of events (R24)."""

from app.database import Work
from app.models import Event
from app.queries.events import FeedRow, list_feed
from app.schemas import events as schemas


async def list_all(work: Work, query: schemas.FeedQuery) -> schemas.FeedEventPage:
    """List a page of the feed."""
    rows, cursor = await list_feed(work, query)
    return schemas.FeedEventPage.model_validate({"items": [_shown(row) for row in rows], "next_cursor": cursor})


def to_schema(row: Event) -> schemas.FeedEvent:
    """Turn a published event into what outsiders get, from the feed and by webhook."""
    return schemas.FeedEvent.model_validate(_shown(row))


def _shown(row: Event | FeedRow) -> dict[str, object]:
    assert row.position is not None, "only a published event goes out"
    return {
        "id": row.id,
        "position": row.position,
        "type": row.type,
        "occurred_at": row.occurred_at,
        "aggregate": {"type": row.aggregate_type, "id": row.aggregate_id, "sequence": row.sequence},
        "data": row.public or {},
    }
