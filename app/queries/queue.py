"""PgQueuer's tables, for the statement that enqueues jobs beside other rows. A test compares them with its own."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import BigInteger, ColumnClause, Integer, LargeBinary, Text, Uuid, column, literal_column, select, table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.queries.locking import locking
from app.queries.visibility import Reason, unfiltered

JOBS = table(
    "pgqueuer",
    column("id", BigInteger()),
    column("priority", Integer()),
    column("entrypoint", Text()),
    column("payload", LargeBinary()),
    column("headers", JSONB()),
    column("status"),
    column("queue_manager_id", Uuid()),
)
JOB_LOG = table(
    "pgqueuer_log",
    column("job_id", BigInteger()),
    column("priority", Integer()),
    column("entrypoint", Text()),
    column("status"),
)
QUEUED: ColumnClause[str] = literal_column("'queued'::pgqueuer_status")


@unfiltered(Reason.SYSTEM)
async def lock_own_jobs(session: AsyncSession, ids: Collection[int], manager: UUID) -> set[int]:
    """Lock those of the jobs that this worker still has; another may have taken the others over."""
    own = select(JOBS.c.id).where(JOBS.c.id.in_(ids), JOBS.c.queue_manager_id == manager).order_by(JOBS.c.id)
    return set((await session.scalars(locking(own))).all())
