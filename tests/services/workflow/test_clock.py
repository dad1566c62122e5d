"""The workflow service, the only writer of a status, counts the working days of a stage (R05)."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import pytest

from app.database import Work
from app.domain.actors import SYSTEM
from app.domain.workflow import Facts, Status, StepName
from app.models import Application
from app.services.workflow.clock import pause_clock, resume_clock
from app.services.workflow.steps import Step
from app.settings import Settings

MONDAY = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def _application(status: Status, days_used: int = 0) -> Application:
    return Application(
        id=uuid4(),
        centre_id=uuid4(),
        reference="CRA-2026-000001",
        _status=status,
        status_since=MONDAY,
        clock_since=MONDAY,
        working_days_used=days_used,
        returned_by_centre_lead=False,
    )


def _move(row: Application, step: StepName, at: datetime) -> None:
    facts = Facts(row.id, row.centre_id, row.status, returned_by_centre_lead=row.returned_by_centre_lead)
    Step(_work(at), row, step, facts).move()


def _work(at: datetime) -> Work:
    return Work(cast(Any, None), SYSTEM, at, Settings())


@pytest.mark.requirement("R05")
@pytest.mark.parametrize(
    ("status", "returns", "due"),
    [
        (Status.SUBMITTED, StepName.INITIAL_REVIEW_RETURN, datetime(2026, 6, 18, 23, 0, tzinfo=UTC)),
        (Status.IN_REVIEW, StepName.CENTRE_LEAD_RETURN, datetime(2026, 6, 25, 23, 0, tzinfo=UTC)),
    ],
)
def test_the_clock_pauses_during_a_return(status: Status, returns: StepName, due: datetime) -> None:
    """Two of the five or ten days were used before the return. The rest remain, however long it takes."""
    row = _application(status)
    _move(row, returns, MONDAY + timedelta(days=2))
    assert (row.status, row.due_at) == (Status.RETURNED, None)
    _move(row, StepName.SUBMIT, MONDAY + timedelta(days=14))
    assert (row.status, row.due_at) == (status, due)


@pytest.mark.requirement("R05")
def test_each_stage_has_a_separate_clock() -> None:
    """Days used in one stage do not count in another."""
    row = _application(Status.IN_REVIEW, days_used=9)
    _move(row, StepName.RECOMMEND, MONDAY)
    assert (row.working_days_used, row.due_at) == (0, datetime(2026, 6, 8, 23, 0, tzinfo=UTC))


@pytest.mark.requirement("R05", "R18")
def test_the_clock_pauses_while_a_reversed_payment_is_owed() -> None:
    """A closed fee gate waits for the centre, so the staff deadline pauses until it is paid again."""
    row = _application(Status.AWAITING_DECISION)
    pause_clock(_work(MONDAY + timedelta(days=2)), row)
    pause_clock(_work(MONDAY + timedelta(days=3)), row)
    assert (row.due_at, row.working_days_used) == (None, 2)
    resume_clock(_work(MONDAY + timedelta(days=7)), row)
    assert row.due_at == datetime(2026, 6, 11, 23, 0, tzinfo=UTC)
    ended = _application(Status.WITHDRAWN)
    ended.clock_since = None
    resume_clock(_work(MONDAY), ended)
    assert ended.due_at is None
