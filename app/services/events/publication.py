"""Giving recorded changes their place in the public feed."""

from sqlalchemy import text

from app.database import Work
from app.queries.locking import Turn, take_turn

# The running maximum keeps an aggregate's own order even where its second change was begun before its first: a change
# takes the row lock that counts the sequence later than it takes its time.
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
    """Number every committed event of the feed that has no position yet: without a gap, in the order in which they
    occurred.

    Whoever publishes takes turns and looks only once it is their turn, so a position is visible after every smaller
    one: a reader who has seen position n never finds a new event at or below n later. Harmless when there is nothing
    to do.
    """
    await take_turn(work.session, Turn.PUBLICATION)
    await work.session.execute(_PUBLISH)
