"""Run a job once, and say what the queue is to do with it."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from pgqueuer.models import Job

from app import tracing
from app.domain.refusals.requests import Unavailable
from app.integrations.mailer import MailError
from app.integrations.storage import StorageError
from app.integrations.virus_scan import ScannerError
from app.jobs.entrypoints import FOR_GOOD, GIVEN_UP, HANDLERS
from app.jobs.means import Means
from app.jobs.noting import NotNow

log = structlog.get_logger(__name__)

# What the outside world does, and no bug; it is logged without a traceback.
_EXPECTED = (MailError, ScannerError, StorageError)


@dataclass(frozen=True)
class Patience:
    """How often to retry a failing job, and after which pause; the pause doubles up to the longest."""

    attempts: int = 32
    first_pause: timedelta = timedelta(seconds=2)
    longest_pause: timedelta = timedelta(hours=1)

    def pause_after(self, attempts: int) -> timedelta:
        """The pause when this many attempts have failed."""
        return min(self.first_pause * 2.0 ** (attempts - 1), self.longest_pause)


A_DAY = Patience()
"""About a day in all: longer than a relay is down for, and short enough that somebody looks at what does not go out."""


_A_MONTH = Patience(attempts=9_000, longest_pause=timedelta(minutes=5))
# Nobody can use a file that is not scanned, and a redacted one must go: neither is given up.
_PATIENCE = {"scan_file": _A_MONTH, "discard_file": _A_MONTH}


@dataclass(frozen=True)
class Done:
    """The job is done: take it off the queue."""


@dataclass(frozen=True)
class Later:
    """Run the job again after the pause."""

    pause: timedelta
    error: Exception | None = None
    """Why the attempt failed; None if it does not count as one."""


@dataclass(frozen=True)
class Held:
    """The job has failed for good: keep it for a person to look at."""

    error: Exception


Outcome = Done | Later | Held

AT_ONCE = Later(timedelta(0))
"""Put back a job that was cut off, for whoever is free."""
_SHORTLY = Later(timedelta(seconds=2))


def name_of(outcome: Outcome) -> str:
    """The outcome's name in the metrics."""
    match outcome:
        case Done():
            return "done"
        case Held():
            return "held"
        case Later(error=None):
            return "put_back"
    return "retried"


async def run_job(means: Means, patience: Patience, job: Job) -> Outcome:
    """Run the job once, with the request's id in the log, as part of its trace."""
    with (
        tracing.job_span(job.entrypoint, job.id, job.headers or {}),
        structlog.contextvars.bound_contextvars(
            request_id=(job.headers or {}).get("request_id") or None, job=job.entrypoint, job_id=job.id
        ),
    ):
        payload = (job.payload or b"").decode()
        try:
            await HANDLERS[job.entrypoint](means, payload)
        except NotNow as reason:
            log.info("job_waits", reason=str(reason))
            return _SHORTLY
        except Unavailable as error:
            log.warning("job_waits", reason=type(error.__cause__ or error).__name__)
            return _SHORTLY
        except Exception as error:
            return await _failed(means, patience, job, payload, error)
        return Done()


async def _failed(means: Means, patience: Patience, job: Job, payload: str, error: Exception) -> Outcome:
    attempts, patience = job.attempts + 1, _PATIENCE.get(job.entrypoint, patience)
    # A relay's answer can name an address, so it goes on the email's row and not into the log.
    reason = type(error).__name__
    tracing.failed(reason)
    if not isinstance(error, _EXPECTED):
        log.error("fault", exc_info=error)
    if attempts < patience.attempts and not isinstance(error, FOR_GOOD):
        pause = patience.pause_after(attempts)
        log.warning("job_retried", attempt=attempts, pause=str(pause), reason=reason)
        return Later(pause, error)
    log.error("job_held", attempts=attempts, reason=reason)
    if job.entrypoint in GIVEN_UP:
        words = str(error) if isinstance(error, MailError) else f"{reason}: {error}"
        await GIVEN_UP[job.entrypoint](means, payload, words[:500])
    return Held(error)
