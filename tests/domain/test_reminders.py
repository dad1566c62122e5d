"""When each reminder goes out by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.reminders import Plan, ReminderKind
from app.domain.working_days import end_of_day
from app.services.reminding import plan_of
from app.settings import Settings

PLAN = plan_of(Settings())
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda each: each.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("kind", "about_at", "sends_at"),
    [
        (ReminderKind.DRAFT_STANDS_STILL, "2026-06-01T09:00", "2026-06-15T09:00"),
        (ReminderKind.RETURN_DUE, "2026-06-15T23:00", "2026-06-12T23:00"),
        (ReminderKind.RETURN_OVERDUE, "2026-06-15T23:00", "2026-06-15T23:00"),
        (ReminderKind.INTERVIEW_SOON, "2026-06-16T10:00", "2026-06-15T10:00"),
        (ReminderKind.ACTION_DUE, "2026-06-15T23:00", "2026-06-08T23:00"),
        (ReminderKind.LATE, "2026-06-11T23:00", "2026-06-11T23:00"),
        # Late from Friday on; two working days later is Monday, and Tuesday begins when it ends.
        (ReminderKind.LATE_ESCALATED, "2026-06-11T23:00", "2026-06-15T23:00"),
        # Easter Monday is no working day.
        (ReminderKind.LATE_ESCALATED, "2026-04-02T23:00", "2026-04-08T23:00"),
    ],
)
def test_each_kind_has_its_time(kind: ReminderKind, about_at: str, sends_at: str) -> None:
    found = PLAN.sends_at(kind, datetime.fromisoformat(about_at).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(sends_at).replace(tzinfo=UTC)


@given(st.sampled_from(ReminderKind), MOMENTS, st.integers(-10, 10))
def test_the_search_agrees_with_the_time_that_is_shown(kind: ReminderKind, now: datetime, days: int) -> None:
    about_at = end_of_day((now + timedelta(days=days)).date())
    assert (about_at <= PLAN.newest_due(kind, now)) == (PLAN.sends_at(kind, about_at) <= now)


def test_a_manager_is_never_told_before_the_owner() -> None:
    plan = Plan({}, 1)
    late = datetime(2026, 6, 11, 23, tzinfo=UTC)
    assert plan.sends_at(ReminderKind.LATE_ESCALATED, late) > plan.sends_at(ReminderKind.LATE, late)
