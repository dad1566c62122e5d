"""When staff may close what a centre has abandoned, and reopen it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.statuses import Status
from app.domain.working_days import london_date


@dataclass(frozen=True)
class Closing:
    """Where an application stands between the warning and the closing, today."""

    abandoned: bool = False
    warned: bool = False
    warning_over: bool = False
    closed_from: Status | None = None
    reopenable: bool = False


@dataclass(frozen=True)
class ClosingDays:
    """The days that a closing depends on, as an application's row has them."""

    changed_at: datetime
    invoice_due_on: date | None
    warned_at: datetime | None
    closable_from: date | None
    closed_from: Status | None
    reopenable_until: date | None

    @property
    def warned(self) -> bool:
        """True while a warning stands: whatever happens to the application afterwards takes it back.

        Equal, not earlier: an upload that began before the warning and ends after it writes the time of its beginning.
        """
        return self.changed_at == self.warned_at


def judge_closing(status: Status, days: ClosingDays, today: date, idle_days: int) -> Closing:
    """Judge the days of an application.

    An invoice counts as abandoned once it is overdue, everything else once nothing was done for `idle_days`.
    """
    if status is Status.AWAITING_PAYMENT:
        abandoned = days.invoice_due_on is not None and days.invoice_due_on < today
    else:
        abandoned = london_date(days.changed_at) + timedelta(days=idle_days) <= today
    return Closing(
        abandoned=abandoned,
        warned=days.warned,
        warning_over=days.warned and days.closable_from is not None and days.closable_from <= today,
        closed_from=days.closed_from,
        reopenable=days.reopenable_until is not None and today <= days.reopenable_until,
    )
