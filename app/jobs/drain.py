"""Run the whole queue at once and in order, for callers that cannot wait: the sandbox, the demo and the tests."""

from datetime import timedelta
from uuid import uuid4

import anyio
from pgqueuer.db import AsyncpgDriver
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Context, Job
from pgqueuer.ports.repository import EntrypointExecutionParameter
from pgqueuer.queries import Queries
from pgqueuer.types import QueueEntrypoint, QueueManagerId

from app.jobs.entrypoints import HANDLERS
from app.jobs.executor import A_DAY, JobExecutor, Patience, executor_of
from app.jobs.means import Means
from app.jobs.queue_connection import connect
from app.jobs.worker import TAKEN_UP_AFTER

_ANY_NUMBER = EntrypointExecutionParameter(concurrency_limit=0)


async def run_queued_jobs(means: Means, *, patience: Patience = A_DAY) -> int:
    """Run every job that is due, and the jobs that they queue. Returns how many ran.

    A failing job is retried later or held, as in the worker.
    """
    executors = {QueueEntrypoint(name): executor_of(name, means, patience) for name in HANDLERS}
    count = 0
    async with connect(means.database) as connection:
        queue = Queries(AsyncpgDriver(connection.raw))
        manager = QueueManagerId(uuid4())
        while jobs := await queue.dequeue(
            batch_size=50,
            entrypoints=dict.fromkeys(executors, _ANY_NUMBER),
            queue_manager_id=manager,
            global_concurrency_limit=None,
            heartbeat_timeout=TAKEN_UP_AFTER,
        ):
            for job in jobs:
                await _run(queue, executors[job.entrypoint], job)
            count += len(jobs)
    return count


async def _run(queue: Queries, executor: JobExecutor, job: Job) -> None:
    try:
        await executor.execute(job, Context(anyio.CancelScope()))
    except RetryRequested as retry:
        await queue.retry_job(job, max(retry.delay, timedelta(0)), None)
    except Exception:
        await queue.log_jobs([(job, "failed", None)])
    else:
        await queue.log_jobs([(job, "successful", None)])
