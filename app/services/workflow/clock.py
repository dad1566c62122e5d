"""The staff deadline of an application: started by a step, paused, resumed (R05)."""

from datetime import datetime

from app.database import Work
from app.domain.workflow import FINAL, Status
from app.domain.working_days import due_at, working_days_between
from app.models import Application
from app.settings import WorkingDays


def used_days(work: Work, row: Application, after: Status) -> int:
    """Count the working days that the reviewers have used. The clock is paused while the centre corrects the
    application (R05)."""
    if after is Status.RETURNED:
        return row.working_days_used + _running(work, row)
    return row.working_days_used if row.status is Status.RETURNED else 0


def _running(work: Work, row: Application) -> int:
    return working_days_between(row.clock_since, work.now) if row.clock_since is not None else 0


def start_clock(work: Work, row: Application) -> None:
    row.due_at = _due(work.settings.working_days, row, work.now)
    row.clock_since = work.now if row.due_at is not None else None


def pause_clock(work: Work, row: Application) -> None:
    """Pause the staff deadline: a payment was reversed, so the application waits for the centre (R05)."""
    row.working_days_used += _running(work, row)
    row.due_at = row.clock_since = None
    row.touch()


def resume_clock(work: Work, row: Application) -> None:
    """Resume a paused staff deadline with the working days that were left, if staff have to act (R05)."""
    if row.clock_since is None and row.status not in FINAL:
        start_clock(work, row)
        row.touch()


def _due(allowed: WorkingDays, row: Application, now: datetime) -> datetime | None:
    days = {
        Status.SUBMITTED: allowed.initial_review,
        Status.IN_REVIEW: allowed.centre_lead_review,
        Status.AWAITING_DECISION: allowed.decision,
    }.get(row.status)
    return due_at(now, max(0, days - row.working_days_used)) if days is not None else None
