"""Take the steps of the process. Only this module writes an application's status.

`domain.workflow` holds the table of who may take which step, and when. A service takes a step in three lines: `step =
await steps.take(…)` locks and judges, `step.move()` changes the status, `step.record(…)` appends the event.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.sql.selectable import HasCTE

from app import outbox
from app.database import Work
from app.domain.events import PUBLIC, EventType
from app.domain.json_values import JsonObject
from app.domain.preconditions import Expected
from app.domain.readiness import Missing
from app.domain.refusals.steps import NotReady
from app.domain.workflow import (
    COMPLETE,
    FINAL,
    STEP,
    Facts,
    Status,
    StepName,
    judge,
    open_steps,
    require_person,
    target_of,
)
from app.domain.working_days import london_date
from app.models import Application
from app.queries.application_rows import ApplicationRow, read_application_row
from app.queries.applications import AnyApplication, lock_application
from app.services.workflow.clock import start_clock, used_days

StatementT = TypeVar("StatementT", bound=HasCTE)
_KEPT = (
    "_status",
    "status_since",
    "returned_by_centre_lead",
    "due_at",
    "clock_since",
    "working_days_used",
    "submitted_at",
    "centre_lead_id",
    "closed_at",
    "changed_at",
)
_PARAMETERS = {name: f"moved_{name.lstrip('_')}" for name in _KEPT}
_MOVE = (
    update(Application)
    .where(Application.id == bindparam("moved_id", type_=Application.id.type))
    .values({Application.version: Application.version + 1})
    .values(
        {
            getattr(Application, name): bindparam(parameter, type_=getattr(Application, name).type)
            for name, parameter in _PARAMETERS.items()
        }
    )
    .cte("moved")
)


def with_move(statement: StatementT) -> StatementT:
    """Extend a statement that writes so that it also stores the application given by `moved`."""
    return statement.add_cte(_MOVE)


def moved(row: Application) -> dict[str, object]:
    """What steps have made of a locked application that no session holds, as parameters of a statement `with_move`."""
    return {"moved_id": row.id} | {parameter: getattr(row, name) for name, parameter in _PARAMETERS.items()}


@dataclass(frozen=True)
class Step:
    """An allowed step: move the application, then record it."""

    work: Work
    application: Application
    name: StepName
    facts: Facts

    @property
    def before(self) -> Status:
        """The status before the step."""
        return self.facts.status

    def move(self, chosen: Status | None = None) -> None:
        """Set the status and start its deadline. `chosen` picks among several targets, as a decision does."""
        row, after = self.application, target_of(self.name, self.facts, chosen)
        if after is not self.before:
            row.working_days_used = used_days(self.work, row, after)
            row._status = after
            row.status_since = self.work.now
            start_clock(self.work, row)
            row.closed_at = self.work.now if after in FINAL else None
            if Status.CLOSED in (self.before, after):
                # Reopened, a return goes back to whoever made it.
                pass
            elif after is Status.RETURNED:
                row.returned_by_centre_lead = self.before is Status.IN_REVIEW
            elif self.before is Status.RETURNED:
                row.returned_by_centre_lead = False
        row.changed_at = self.work.now
        row.touch()

    async def record(
        self,
        type_: EventType,
        summary: str,
        *,
        public: JsonObject | None = None,
        after: JsonObject | None = None,
        centre_sees: bool = True,
    ) -> None:
        """Append the event of this step, with the status from and to."""
        await record(
            self.work,
            self.application,
            type_,
            summary,
            before=self.before,
            public=public,
            after=after,
            centre_sees=centre_sees,
        )


@dataclass(frozen=True)
class Standing:
    """A locked application with the facts that its steps depend on."""

    work: Work
    application: Application
    facts: Facts
    gaps: Sequence[Missing]

    def with_fee_settled(self) -> "Standing":
        """The standing once nothing is due."""
        return replace(self, facts=replace(self.facts, fee_outstanding=False))

    def take(self, expected: Expected, name: StepName, *, version: int | None = None) -> Step:
        """Judge the step for this actor, at the version expected: the application's, unless `version` is given.

        Raises, in the contract's order, `Forbidden`, `PreconditionRequired`, `StaleVersion`, and `Conflict` with the
        steps that are open instead, or with everything that is missing.
        """
        require_person(name, self.facts, self.work.actor)
        expected.check(self.application.version if version is None else version)
        if COMPLETE in STEP[name].conditions:
            self._require_complete()
        judge(name, self.facts, self.work.actor)
        return Step(self.work, self.application, name, self.facts)

    def _require_complete(self) -> None:
        if self.gaps:
            raise NotReady(*open_steps(self.facts, self.work.actor), missing=tuple(self.gaps))


async def take(work: Work, application: AnyApplication, expected: Expected, name: StepName) -> Step:
    """Lock the application and judge the step. Raises as `Standing.take` does."""
    return (await lock(work, application.id)).take(expected, name)


async def lock(work: Work, application_id: UUID) -> Standing:
    """Lock the application, for a step whose name or version is only known under the lock."""
    return await standing(work, await lock_application(work.session, application_id))


async def standing(work: Work, row: Application) -> Standing:
    """Gather a locked application's facts."""
    return standing_of(work, row, await read_application_row(work, row.id))


def standing_of(work: Work, row: Application, found: ApplicationRow) -> Standing:
    """Take the facts from what was read under the lock. Readiness is judged only while the centre can edit."""
    gaps = found.judged(london_date(work.now), scanning=work.settings.scanning).gaps
    return Standing(work, row, found.facts(work, missing=len(gaps)), gaps)


async def follow(work: Work, row: Application, name: StepName) -> Step:
    """Take a step that another step entails, so without judging anybody. The application must be locked."""
    return Step(work, row, name, (await standing(work, row)).facts)


async def record(
    work: Work,
    row: Application,
    type_: EventType,
    summary: str,
    *,
    before: Status | None = None,
    public: JsonObject | None = None,
    after: JsonObject | None = None,
    centre_sees: bool = True,
) -> None:
    """Append an event to the application's stream, with its status before and after."""
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
