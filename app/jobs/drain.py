"""Run the whole queue at once and in order, for callers that cannot wait: the sandbox, the demo and the tests."""

from uuid import uuid4

from pgqueuer.db import AsyncpgDriver
from pgqueuer.ports.repository import EntrypointExecutionParameter
from pgqueuer.queries import Queries
from pgqueuer.types import QueueEntrypoint, QueueManagerId

from app.jobs.crew import TAKEN_OVER_AFTER
from app.jobs.entrypoints import HANDLERS
from app.jobs.means import Means
from app.jobs.outcomes import A_DAY, Patience, run_job
from app.jobs.queue_connection import connect
from app.jobs.results import write_results

_ANY_NUMBER = EntrypointExecutionParameter(concurrency_limit=0)


async def run_queued_jobs(means: Means, *, patience: Patience = A_DAY) -> int:
    """Run every job that is due, and the jobs that they queue. Returns how many ran.

    A failing job is retried later or held, as in the worker.
    """
    count = 0
    async with connect(means.database) as connection:
        queue = Queries(AsyncpgDriver(connection.raw))
        manager = QueueManagerId(uuid4())
        while jobs := await queue.dequeue(
            batch_size=50,
            entrypoints={QueueEntrypoint(kind): _ANY_NUMBER for kind in HANDLERS},
            queue_manager_id=manager,
            global_concurrency_limit=None,
            heartbeat_timeout=TAKEN_OVER_AFTER,
        ):
            for job in jobs:
                await write_results(means.database, manager, [(job, await run_job(means, patience, job))])
            count += len(jobs)
    return count
