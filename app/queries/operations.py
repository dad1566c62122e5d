"""What operators watch: the schema's revision, waiting work and held work."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.queries.visibility import Reason, unfiltered


class Waiting(NamedTuple):
    """Work that waits, or is overdue: the name of the metric that shows it, its labels, and the value."""

    metric: str
    labels: Sequence[str]
    value: float


@unfiltered(Reason.SYSTEM)
async def applied_revisions(session: AsyncSession) -> frozenset[str]:
    """Return the database's revisions; none before the first migration."""
    if await session.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return frozenset()
    return frozenset((await session.scalars(text("SELECT version_num FROM alembic_version"))).all())


# Ages use the database's clock, as the queue's times do. Events are counted up to a bound, because a count reads them.
_WAITING: Final = text(
    """
    SELECT 'jobs', ARRAY[entrypoint, status::text], count(*)::float FROM pgqueuer GROUP BY 2
    UNION ALL SELECT 'job_oldest_seconds', ARRAY[entrypoint],
        extract(epoch FROM max(clock_timestamp() - execute_after))::float
        FROM pgqueuer WHERE status = 'queued' AND execute_after <= clock_timestamp() GROUP BY 2
    UNION ALL SELECT 'emails', ARRAY[status], count(*)::float
        FROM emails WHERE status IN ('queued', 'held') GROUP BY 2
    UNION ALL SELECT 'events_unpublished', '{}', count(*)::float
        FROM (SELECT FROM events WHERE public IS NOT NULL AND position IS NULL LIMIT 10000) AS unpublished
    UNION ALL SELECT 'recurring_job_late_seconds', ARRAY[entrypoint],
        greatest(extract(epoch FROM max(clock_timestamp() - next_run)), 0)::float FROM pgqueuer_schedules GROUP BY 2
    """
)


@unfiltered(Reason.SYSTEM)
async def read_waiting(session: AsyncSession) -> list[Waiting]:
    """Count waiting, held and overdue work. `failed` jobs and `held` emails wait for a person."""
    return [Waiting(*row) for row in await session.execute(_WAITING)]
