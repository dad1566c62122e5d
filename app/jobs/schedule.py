"""Everything that recurs, in one table. Times are UTC; each may run late, twice, or on any of several workers
without harm."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from pgqueuer.models import Schedule

from app.database import Work
from app.jobs.means import Means
from app.services import reminders
from app.services.operations import housekeeping

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Recurring:
    """One thing that recurs: its name, when (minute, hour, day, month, weekday), and what it does in a transaction."""

    name: str
    when: str
    run: Callable[[Work], Awaitable[object]]


RECURRING = (
    Recurring("alert_late_log_in_details", "*/5 * * * *", reminders.alert_late_log_in_details),
    Recurring("note_overdue_actions", "10 * * * *", reminders.note_overdue_actions),
    Recurring("note_overdue_invoices", "20 * * * *", reminders.note_overdue_invoices),
    Recurring("mend", "* * * * *", housekeeping.mend),
    Recurring("forget", "30 2 * * *", housekeeping.forget),
)


async def run_recurring(means: Means, task: Recurring) -> None:
    """Run one of them once."""
    async with means.work() as work:
        await task.run(work)


def handler_of(means: Means, task: Recurring) -> Callable[[Schedule], Awaitable[None]]:
    """What the scheduler calls. A failure is logged, and mended by the next time."""

    async def handle(_: Schedule) -> None:
        with structlog.contextvars.bound_contextvars(job=task.name):
            try:
                await run_recurring(means, task)
            except Exception as error:
                log.error("recurring_job_failed", reason=type(error).__name__, exc_info=error)

    return handle
