"""What operators watch: the schema's revision, waiting work and held work."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.queries.visibility import Reason, unfiltered


@dataclass(frozen=True)
class Backlog:
    """Jobs and emails by status; `failed` jobs and `held` emails wait for a person."""

    counts: Mapping[str, Mapping[str, int]]
    oldest_seconds: float


@unfiltered(Reason.SYSTEM)
async def applied_revisions(session: AsyncSession) -> frozenset[str]:
    """Return the database's revisions; none before the first migration."""
    if await session.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return frozenset()
    return frozenset((await session.scalars(text("SELECT version_num FROM alembic_version"))).all())


@unfiltered(Reason.SYSTEM)
async def read_backlog(session: AsyncSession) -> Backlog:
    """Count waiting work. Ages use the database's clock, as the queue's times do."""
    rows = await session.execute(
        text(
            "SELECT 'jobs', status::text, count(*) FROM pgqueuer GROUP BY 2 "
            "UNION ALL SELECT 'emails', status, count(*) FROM emails WHERE status IN ('queued', 'held') GROUP BY 2"
        )
    )
    counts: dict[str, dict[str, int]] = {"jobs": {}, "emails": {}}
    for kind, status, number in rows:
        counts[kind][status] = number
    oldest = await session.scalar(
        text(
            "SELECT extract(epoch FROM max(clock_timestamp() - execute_after)) FROM pgqueuer "
            "WHERE status = 'queued' AND execute_after <= clock_timestamp()"
        )
    )
    return Backlog(counts, float(oldest or 0))
