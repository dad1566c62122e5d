"""The only writer of an application's status. What may be done is judged by the table in `domain.workflow`."""

from typing import Any
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain.events import PUBLIC, EventType
from app.domain.preconditions import Expected
from app.domain.readiness import readiness
from app.domain.workflow import EDITABLE, FINAL, Facts, Status, StepName, demand_person, judge, target_of
from app.models import Application
from app.queries.applications import gather_facts, lock_application
from app.queries.readiness import readiness_facts
from app.services.workflow.clock import start_clock, used_days


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
        row.working_days_used = used_days(work, row, after)
        row.status = after
        row.status_since = work.now
        start_clock(work, row)
        row.closed_at = work.now if after in FINAL else None
        if after is Status.RETURNED:
            row.returned_by_centre_lead = before is Status.IN_REVIEW
        elif before is Status.RETURNED:
            row.returned_by_centre_lead = False
    row.changed_at = work.now
    row.touch()
    return after


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
