"""The only writer of an application's status. What may be done is judged by the table in `domain.workflow`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain.events import PUBLIC, EventType
from app.domain.preconditions import Expected
from app.domain.readiness import readiness
from app.domain.workflow import EDITABLE, FINAL, Facts, Status, StepName, demand_person, judge, target_of
from app.domain.working_days import due_at, working_days_between
from app.models import Application
from app.queries.applications import gather_facts, lock_application
from app.queries.readiness import readiness_facts
from app.settings import WorkingDays


async def facts_of(work: Work, row: Application) -> Facts:
    """What the conditions look at, now. Readiness is judged only where it matters: while the centre can edit."""
    missing: dict[UUID, int] = {}
    if row.status in EDITABLE:
        found = await readiness_facts(work, [row])
        missing[row.id] = len(readiness(found[row.id]))
    return (await gather_facts(work.session, [row], missing))[row.id].facts


async def begin_step(
    work: Work, application: Application, expected: Expected, name: StepName
) -> tuple[Application, Facts]:
    """Lock the application, at the version expected, and judge the step; the caller then acts and calls `move`.

    Raises, in the contract's order, `Forbidden`, `PreconditionRequired`, `StaleVersion`, and `Conflict` with the steps
    that are open instead.
    """
    row = await lock_application(work.session, application.id)
    facts = await facts_of(work, row)
    demand_person(name, facts, work.actor)
    expected.check(row.version)
    judge(name, facts, work.actor)
    return row, facts


def move(work: Work, row: Application, name: StepName, facts: Facts, chosen: Status | None = None) -> Status:
    """Carry out a step that has been judged: the new status, since when, and until when it waits for staff."""
    before, after = row.status, target_of(name, facts, chosen)
    if after is not before:
        row.working_days_used = _used(work, row, after)
        row.status = after
        row.status_since = work.now
        _run_clock(work, row)
        row.closed_at = work.now if after in FINAL else None
        if after is Status.RETURNED:
            row.returned_by_centre_lead = before is Status.IN_REVIEW
        elif before is Status.RETURNED:
            row.returned_by_centre_lead = False
    row.changed_at = work.now
    row.touch()
    return after


def _used(work: Work, row: Application, after: Status) -> int:
    """The working days that whoever reviews has used; the clock stands while the centre mends, and goes on when the
    application comes back to them (R05)."""
    if after is Status.RETURNED:
        return row.working_days_used + _running(work, row)
    return row.working_days_used if row.status is Status.RETURNED else 0


def _running(work: Work, row: Application) -> int:
    return working_days_between(row.clock_since, work.now) if row.clock_since is not None else 0


def _run_clock(work: Work, row: Application) -> None:
    row.due_at = _due(work.settings.working_days, row, work.now)
    row.clock_since = work.now if row.due_at is not None else None


def stand_clock(work: Work, row: Application) -> None:
    """Stop the clock of staff, because a payment was taken back and the application waits for the centre again
    (R05)."""
    row.working_days_used += _running(work, row)
    row.due_at = row.clock_since = None
    row.touch()


def resume_clock(work: Work, row: Application) -> None:
    """Let the clock of staff go on with the working days that were left, if it stands and staff have to act (R05)."""
    if row.clock_since is None and row.status not in FINAL:
        _run_clock(work, row)
        row.touch()


def _due(allowed: WorkingDays, row: Application, now: datetime) -> datetime | None:
    days = {
        Status.SUBMITTED: allowed.initial_review,
        Status.IN_REVIEW: allowed.centre_lead_review,
        Status.AWAITING_DECISION: allowed.decision,
    }.get(row.status)
    return due_at(now, max(0, days - row.working_days_used)) if days is not None else None


async def record_step(
    work: Work,
    row: Application,
    type_: EventType,
    summary: str,
    *,
    before: Status | None = None,
    public: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    centre_sees: bool = True,
) -> None:
    """Append what happened to the application, with its status from and to."""
    payload = {"application_id": str(row.id), "centre_id": str(row.centre_id), "reference": row.reference}
    payload["status"] = row.status.value
    await outbox.record(
        work,
        type_,
        ("application", row.id),
        summary=summary,
        application_id=row.id,
        centre_id=row.centre_id,
        centre_sees=centre_sees,
        public=payload | (public or {}) if type_ in PUBLIC else None,
        before={"status": (before or row.status).value},
        after={"status": row.status.value, **(after or {})},
    )
