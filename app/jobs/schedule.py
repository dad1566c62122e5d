"""The table of recurring jobs. Times are UTC; each job may run late, twice, or on several workers without harm."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from pgqueuer.models import Schedule

from app.database import Work
from app.domain.refusals.requests import Unavailable
from app.integrations.storage import StorageError
from app.jobs.means import Means
from app.services import bounces, invitees, reminders, reminding, scans
from app.services.bank import judging
from app.services.operations import housekeeping
from app.services.privacy import retention
from app.services.redactions import removal
from app.services.stored_files.rounds import check_store

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Recurring:
    """A recurring job: its name, when it runs (minute, hour, day, month, weekday), and the function that it calls."""

    name: str
    when: str
    run: Callable[[Work], Awaitable[object]]


RECURRING = (
    Recurring("alert_late_log_in_details", "*/5 * * * *", reminders.alert_late_log_in_details),
    Recurring("note_overdue_actions", "10 * * * *", reminders.note_overdue_actions),
    Recurring("note_overdue_invoices", "20 * * * *", reminders.note_overdue_invoices),
    Recurring("match_bank_lines", "25 * * * *", judging.judge_all),
    Recurring("remind", "30 * * * *", reminding.send_due),
    Recurring("invite_anew", "50 * * * *", invitees.invite_anew),
    Recurring("scan_waiting_files", "* * * * *", scans.request_missing),
    Recurring("discard_redacted_files", "15 * * * *", removal.request_missing),
    Recurring("read_bounces", "*/5 * * * *", bounces.read_mailbox),
    Recurring("mend", "* * * * *", housekeeping.mend),
    Recurring("forget", "30 2 * * *", housekeeping.forget),
    Recurring("retain", "0 3 * * *", retention.retain),
)


@dataclass(frozen=True)
class LongRecurring:
    """A recurring job that takes minutes, and so begins its own transactions. A sandbox does not wait for it."""

    name: str
    when: str
    run: Callable[[Means], Awaitable[object]]


async def _check_store(means: Means) -> None:
    await check_store(means.database, means.store)


LONG_RECURRING = (LongRecurring("check_store", "40 */4 * * *", _check_store),)


async def run_recurring(means: Means, task: Recurring) -> None:
    """Run one job once."""
    async with means.work() as work:
        await task.run(work)


def handler_of(means: Means, task: Recurring | LongRecurring) -> Callable[[Schedule], Awaitable[None]]:
    """The scheduler's callback. It logs a failure; the next run makes up for it."""

    async def handle(_: Schedule) -> None:
        with structlog.contextvars.bound_contextvars(job=task.name):
            try:
                await (run_recurring(means, task) if isinstance(task, Recurring) else task.run(means))
            except Unavailable as error:
                log.warning("recurring_job_failed", reason=type(error.__cause__ or error).__name__)
            except StorageError as error:
                log.error("recurring_job_failed", reason=str(error))
            except Exception as error:
                log.error("recurring_job_failed", reason=type(error).__name__, exc_info=error)

    return handle
