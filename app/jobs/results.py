"""Tell the queue what became of jobs."""

from collections.abc import Sequence
from uuid import UUID

from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job, TracebackRecord
from pgqueuer.queries import Queries
from sqlalchemy import text

from app.database import Database, LeasedSession
from app.jobs.outcomes import Done, Held, Later, Outcome
from app.queries.queue import lock_own_jobs

# As much as a letter keeps of it.
_LONGEST = 500
_PUT_BACK = text(
    "UPDATE pgqueuer SET status = 'queued', queue_manager_id = NULL, updated = now(), execute_after = now() + :pause "
    "WHERE id = :id"
)
_PUT_ALL_BACK = text(
    "UPDATE pgqueuer SET status = 'queued', queue_manager_id = NULL, updated = now(), execute_after = now() "
    "WHERE status = 'picked' AND queue_manager_id = :manager"
)


async def write_results(database: Database, manager: UUID, results: Sequence[tuple[Job, Outcome]]) -> None:
    """Write the results of jobs that the worker `manager` still has. Raises `Unavailable`."""
    async with database.transaction() as session:
        own = await lock_own_jobs(session, [job.id for job, _ in results], manager)
        for job, outcome in results:
            if job.id in own:
                await _write(session, job, outcome)


async def put_all_back(database: Database, manager: UUID) -> None:
    """Put back every job that the worker `manager` has, for whoever is free. Raises `Unavailable`."""
    async with database.transaction() as session:
        await session.execute(_PUT_ALL_BACK, {"manager": manager})


async def _write(session: LeasedSession, job: Job, outcome: Outcome) -> None:
    queue = Queries(AsyncpgDriver(session.driver))
    match outcome:
        case Done():
            await queue.log_jobs([(job, "successful", None)])
        case Held(error):
            await queue.log_jobs([(job, "failed", _record(job, error))])
        case Later(pause, None):
            await session.execute(_PUT_BACK, {"id": job.id, "pause": pause})
        case Later(pause, error):
            assert error is not None
            await queue.retry_job(job, pause, _record(job, error))


def _record(job: Job, error: Exception) -> TracebackRecord:
    """The failure as administrators see it. The stack is in the log, where no row is copied from it."""
    record = TracebackRecord.from_exception(exc=error, job_id=job.id)
    # A database takes no NUL, and a relay may say one: it must not hold up the results of the other jobs.
    words = record.exception_message.replace("\x00", "")[:_LONGEST]
    return record.model_copy(update={"exception_message": words, "traceback": ""})
