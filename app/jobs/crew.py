"""The jobs that run in this process, and the results that the queue has not been told yet.

Both outlive the connection to the database: while it is away, jobs go on, and their results wait.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from uuid import uuid4

import structlog
from pgqueuer.models import Job
from pgqueuer.ports.repository import EntrypointExecutionParameter
from pgqueuer.queries import Queries
from pgqueuer.types import JobId, QueueEntrypoint, QueueManagerId

from app.domain.refusals.requests import Unavailable
from app.jobs.means import Means
from app.jobs.outcomes import AT_ONCE, Held, Outcome, Patience, name_of, run_job
from app.jobs.results import put_all_back, write_results
from app.metrics import Reading

log = structlog.get_logger(__name__)

# After this time without a heartbeat another worker takes the job over.
TAKEN_OVER_AFTER = timedelta(seconds=20)
_ANY_NUMBER = EntrypointExecutionParameter(concurrency_limit=0)
_PAUSE_SECONDS = 0.5
# For what is cut off at the end: first to give up what it has claimed, then at once.
_LAST_MOMENTS_SECONDS = (4.0, 0.5)
_LAST_RESULTS_SECONDS = 4.0


class Crew:
    """Runs at most `most` jobs of each kind, and `at_once` in all. A job has its place until its result is written."""

    def __init__(self, means: Means, patience: Patience, most: Mapping[str, int], at_once: int) -> None:
        self._means = means
        self._patience = patience
        self._most = most
        # Each kind has a place, so that none waits for another.
        self._at_once = max(at_once, len(most))
        self._manager = QueueManagerId(uuid4())
        self._running: dict[JobId, asyncio.Task[None]] = {}
        self._unwritten: dict[JobId, tuple[Job, Outcome]] = {}
        self._held: Counter[str] = Counter()
        self._outcomes: Counter[tuple[str, str]] = Counter()
        self._ended = asyncio.Event()
        # Otherwise a job that was just put back could be taken before we know that it is no longer ours.
        self._turn = asyncio.Lock()
        self._finished = False
        self.on_free: Callable[[], None] = lambda: None

    @property
    def ids(self) -> list[JobId]:
        """The jobs that this process has."""
        return [*self._running, *self._unwritten]

    def readings(self) -> Iterator[Reading]:
        """What this worker has run, and runs."""
        for (kind, outcome), number in self._outcomes.items():
            yield Reading("jobs_run", number, (kind, outcome))
        for kind, most in self._most.items():
            yield Reading("jobs_running", self._held[kind], (kind,))
            yield Reading("jobs_running_limit", most, (kind,))

    async def take(self, queue: Queries) -> None:
        """Take jobs from the queue as far as there are places. Raises the driver's errors."""
        async with self._turn:
            for kind in self._most:
                free = min(self._most[kind] - self._held[kind], self._at_once - self._held.total())
                if free > 0:
                    await self._take(queue, kind, free)

    async def _take(self, queue: Queries, kind: str, free: int) -> None:
        jobs = await queue.dequeue(
            batch_size=free,
            entrypoints={QueueEntrypoint(kind): _ANY_NUMBER},
            queue_manager_id=self._manager,
            global_concurrency_limit=None,
            heartbeat_timeout=TAKEN_OVER_AFTER,
        )
        for job in jobs:
            # After an outage the queue may offer us what we have.
            if job.id not in self._running and job.id not in self._unwritten:
                self._held[job.entrypoint] += 1
                self._running[job.id] = asyncio.create_task(self._run(job))

    async def _run(self, job: Job) -> None:
        try:
            outcome = await run_job(self._means, self._patience, job)
        except asyncio.CancelledError:
            outcome = AT_ONCE
        except Exception as error:
            log.error("fault", job=job.entrypoint, exc_info=error)
            outcome = Held(error)
        del self._running[job.id]
        self._outcomes[job.entrypoint, name_of(outcome)] += 1
        self._unwritten[job.id] = job, outcome
        self._ended.set()

    async def write_results(self) -> None:
        """Write results as they come, until cancelled."""
        while True:
            await self._ended.wait()
            self._ended.clear()
            if not await self._write():
                await asyncio.sleep(_PAUSE_SECONDS)
                self._ended.set()

    async def _write(self) -> bool:
        async with self._turn:
            results = list(self._unwritten.values())
            try:
                if results:
                    await write_results(self._means.database, self._manager, results)
            except Exception as error:
                log.warning("job_results_wait", reason=type(error.__cause__ or error).__name__)
                return False
            for job, _ in results:
                del self._unwritten[job.id]
                self._held[job.entrypoint] -= 1
        self.on_free()
        return True

    async def finish(self, seconds: float) -> None:
        """Let running jobs end for some seconds, cut the others off and put them back. Once is enough."""
        if self._finished:
            return
        self._finished = True
        await self._wait(seconds)
        for moment in _LAST_MOMENTS_SECONDS:
            for task in self._running.values():
                task.cancel()
            await self._wait(moment)
        try:
            async with asyncio.timeout(_LAST_RESULTS_SECONDS):
                for _ in range(int(_LAST_RESULTS_SECONDS / _PAUSE_SECONDS)):
                    if await self._write():
                        break
                    await asyncio.sleep(_PAUSE_SECONDS)
                # Among them may be jobs that the queue gave us when we no longer listened.
                await put_all_back(self._means.database, self._manager)
        except (TimeoutError, Unavailable):
            log.warning("jobs_not_put_back", jobs=len(self._unwritten), meaning="another worker takes them over")

    async def _wait(self, seconds: float) -> None:
        if self._running:
            await asyncio.wait(self._running.values(), timeout=seconds)
