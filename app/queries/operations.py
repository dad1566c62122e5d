"""What operators watch: the schema's revision, and work that waits or was given up."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.queries.visibility import Reason, unfiltered


@dataclass(frozen=True)
class Backlog:
    """How many jobs and emails stand in which status; `failed` jobs and `held` emails wait for a person."""

    counts: Mapping[str, Mapping[str, int]]
    oldest_seconds: float


@unfiltered(Reason.SYSTEM)
async def applied_revisions(session: AsyncSession) -> frozenset[str]:
    """The revisions that the database is at; none where no migration ever ran."""
    if await session.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return frozenset()
    return frozenset((await session.scalars(text("SELECT version_num FROM alembic_version"))).all())


@unfiltered(Reason.SYSTEM)
async def read_backlog(session: AsyncSession) -> Backlog:
    """Count what waits. The queue's times are the database's own clock, and so is the age that is told of them."""
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
