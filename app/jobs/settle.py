"""Run the recurring jobs once and then every queued job, for a sandbox whose callers look at the result at once."""

import asyncio

from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.jobs.schedule import RECURRING, run_recurring
from app.queries.deployment import jobs_under_way, last_job

_PAUSE_SECONDS = 0.05
# Another worker picks up a dead worker's job after twenty seconds; do not keep a caller waiting for that.
_PATIENCE_SECONDS = 10.0


async def settle(means: Means) -> None:
    """Run every job that is due by the clock, and wait for the jobs that a worker is running."""
    for task in RECURRING:
        await run_recurring(means, task)
    async with means.database.transaction() as session:
        newest = await last_job(session)
    await run_queued_jobs(means)
    for _ in range(int(_PATIENCE_SECONDS / _PAUSE_SECONDS)):
        async with means.database.transaction() as session:
            if not await jobs_under_way(session, up_to=newest):
                return
        await asyncio.sleep(_PAUSE_SECONDS)
