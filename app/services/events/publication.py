"""Give committed events their position in the public feed."""

from sqlalchemy import CursorResult, text

from app.database import Work
from app.queries.locking import Turn, take_turn
from app.queries.webhook_work import announce

# The running maximum keeps each aggregate's own order: a change reads the time before it locks the row that counts the
# sequence, so the second change can carry the earlier time.
_PUBLISH = text("""
WITH pending AS (
    SELECT id, sequence,
           max(occurred_at) OVER earlier AS occurred_at,
           max(id::text) OVER earlier AS recorded
    FROM events
    WHERE public IS NOT NULL AND position IS NULL
    WINDOW earlier AS (PARTITION BY aggregate_id ORDER BY sequence)
), numbered AS (
    SELECT id, row_number() OVER (ORDER BY occurred_at, recorded, sequence) AS number
    FROM pending
)
UPDATE events SET position = last.position + numbered.number
FROM numbered, (SELECT coalesce(max(position), 0) AS position FROM events) AS last
WHERE events.id = numbered.id
""")


async def publish_pending(work: Work) -> None:
    """Number every committed event that has no position yet, without a gap, in order of occurrence.

    An advisory lock comes first and the events are read only once it is held, so positions become visible in order: a
    reader who has seen position n never finds a new event at or below n later. A no-op when nothing is pending.
    """
    await take_turn(work.session, Turn.PUBLICATION)
    published = await work.session.execute(_PUBLISH)
    assert isinstance(published, CursorResult)
    if published.rowcount:
        await announce(work.session)
