"""Run a job with the request's id in the log. Retry it with backoff, and hold it when it fails for good."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from pgqueuer.errors import RetryRequested
from pgqueuer.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.models import Context, Job

from app.integrations.mailer import MailRefused
from app.jobs.entrypoints import GIVEN_UP, HANDLERS
from app.jobs.means import Means

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Patience:
    """How often to retry a failing job, and after which pause; the pause doubles up to the longest."""

    attempts: int = 32
    first_pause: timedelta = timedelta(seconds=2)
    longest_pause: timedelta = timedelta(hours=1)


A_DAY = Patience()
"""About a day in all: longer than a relay is down for, and short enough that somebody looks at what does not go out."""


@dataclass
class JobExecutor(DatabaseRetryEntrypointExecutor):
    """Retries what may succeed later. What was refused for good, or failed too often, is told to `on_giving_up` and
    held."""

    on_giving_up: Callable[[Job, Exception], Awaitable[None]] | None = field(default=None)

    async def execute(self, job: Job, context: Context) -> None:
        """Run the job once. Raises `RetryRequested` to retry it, any other exception to
        be held."""
        headers = job.headers or {}
        with structlog.contextvars.bound_contextvars(
            request_id=headers.get("request_id") or None, job=job.entrypoint, job_id=job.id
        ):
            try:
                await self._attempt(job, context)
            except RetryRequested as retry:
                # A relay's answer can name an address, so it goes on the email's row and not into the log.
                log.warning(
                    "job_retried",
                    attempt=job.attempts + 1,
                    pause=str(retry.delay),
                    reason=type(retry.__cause__).__name__,
                )
                raise
            except Exception as error:
                log.error("job_held", attempts=job.attempts + 1, reason=type(error).__name__)
                if self.on_giving_up is not None:
                    await self.on_giving_up(job, error)
                raise

    async def _attempt(self, job: Job, context: Context) -> None:
        try:
            await super().execute(job, context)
        except RetryRequested as retry:
            if isinstance(retry.__cause__, MailRefused):
                raise retry.__cause__ from None
            raise


def executor_of(name: str, means: Means, patience: Patience) -> JobExecutor:
    """The executor of one entry point."""

    async def handle(job: Job) -> None:
        await HANDLERS[name](means, (job.payload or b"").decode())

    async def give_up(job: Job, error: Exception) -> None:
        if name in GIVEN_UP:
            await GIVEN_UP[name](means, (job.payload or b"").decode(), f"{type(error).__name__}: {error}"[:500])

    return JobExecutor(
        EntrypointExecutorParameters(concurrency_limit=0, func=handle, accepts_context=False, on_failure="hold"),
        max_attempts=patience.attempts - 1,
        initial_delay=patience.first_pause,
        max_delay=patience.longest_pause,
        on_giving_up=give_up,
    )
