"""When an application counts as abandoned, how long a warning stands, and until when it can be reopened."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.closings import ClosingDays, judge_closing
from app.domain.statuses import Status

_CHANGED = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
_DAY = _CHANGED.date()
_IDLE = 28
_DAYS = ClosingDays(
    changed_at=_CHANGED,
    invoice_due_on=None,
    warned_at=None,
    closable_from=None,
    closed_from=None,
    reopenable_until=None,
)


def _after(days: int) -> date:
    return _DAY + timedelta(days=days)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED])
@pytest.mark.parametrize(("days", "abandoned"), [(0, False), (27, False), (28, True)])
def test_what_stands_still_long_enough_is_abandoned(status: Status, days: int, abandoned: bool) -> None:
    assert judge_closing(status, _DAYS, _after(days), _IDLE).abandoned is abandoned


@pytest.mark.parametrize(("days", "abandoned"), [(30, False), (31, True)])
def test_an_unpaid_invoice_is_abandoned_once_it_is_overdue(days: int, abandoned: bool) -> None:
    found = replace(_DAYS, invoice_due_on=_after(30))
    assert judge_closing(Status.AWAITING_PAYMENT, found, _after(days), _IDLE).abandoned is abandoned


@pytest.mark.parametrize(
    ("later", "days", "warned", "over"),
    [
        (timedelta(0), 13, True, False),
        (timedelta(0), 14, True, True),
        (timedelta(seconds=1), 14, False, False),
        (-timedelta(seconds=1), 14, False, False),
    ],
)
def test_a_warning_stands_until_something_happens(later: timedelta, days: int, warned: bool, over: bool) -> None:
    found = replace(_DAYS, changed_at=_CHANGED + later, warned_at=_CHANGED, closable_from=_after(14))
    judged = judge_closing(Status.DRAFT, found, _after(days), _IDLE)
    assert (judged.warned, judged.warning_over) == (warned, over)


@pytest.mark.parametrize(("days", "reopenable"), [(90, True), (91, False)])
def test_the_last_day_for_reopening_counts(days: int, reopenable: bool) -> None:
    found = replace(_DAYS, closed_from=Status.DRAFT, reopenable_until=_after(90))
    judged = judge_closing(Status.CLOSED, found, _after(days), _IDLE)
    assert (judged.reopenable, judged.closed_from) == (reopenable, Status.DRAFT)
