"""Working days, from examples worked by hand on the calendar of England (R05)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.working_days import due_at, end_of_day, is_working_day, last_day, london_date, working_days_between


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.requirement("R05")
@pytest.mark.parametrize(
    ("received", "due"),
    [
        # Monday 23 November 2026, 10:00: Tuesday, Wednesday; due as Wednesday ends.
        ("2026-11-23T10:00", "2026-11-26T00:00"),
        # Thursday: Friday, Monday.
        ("2026-11-26T09:00", "2026-12-01T00:00"),
        # Friday evening: Monday, Tuesday.
        ("2026-11-27T18:30", "2026-12-02T00:00"),
        # Saturday and Sunday only count as the day of receipt: Monday, Tuesday.
        ("2026-11-28T12:00", "2026-12-02T00:00"),
        ("2026-11-29T23:59", "2026-12-02T00:00"),
        # Summer time: Monday 29 June 2026, due as Wednesday 1 July ends in London, 23:00 UTC.
        ("2026-06-29T10:00", "2026-07-01T23:00"),
        # 22:59 UTC is still Monday in London (23:59), 23:00 UTC is Tuesday there: Wednesday, Thursday.
        ("2026-06-29T22:59", "2026-07-01T23:00"),
        ("2026-06-29T23:00", "2026-07-02T23:00"),
        # In winter London's midnight is UTC's.
        ("2026-11-23T23:59", "2026-11-26T00:00"),
        ("2026-11-24T00:00", "2026-11-27T00:00"),
        # Clocks go forward on Sunday 29 March 2026: received on Friday in GMT, due on Tuesday's end in BST.
        ("2026-03-27T12:00", "2026-03-31T23:00"),
        # Clocks go back on Sunday 25 October 2026: received on Friday in BST, due on Tuesday's end in GMT.
        ("2026-10-23T12:00", "2026-10-28T00:00"),
        # Christmas 2026: Friday 25 and Monday 28 (for Saturday's Boxing Day) are holidays.
        # Wednesday 23: Thursday 24, Tuesday 29.
        ("2026-12-23T15:00", "2026-12-30T00:00"),
        # Thursday 24: Tuesday 29, Wednesday 30.
        ("2026-12-24T15:00", "2026-12-31T00:00"),
        # Received on Christmas Day itself.
        ("2026-12-25T08:00", "2026-12-31T00:00"),
        # Christmas 2027: Saturday and Sunday, so Monday 27 and Tuesday 28 are given instead. Friday 24: Wednesday 29,
        # Thursday 30.
        ("2027-12-24T09:00", "2027-12-31T00:00"),
        # New Year 2028 falls on Saturday; Monday 3 January is given. Thursday 30 December: Friday 31, Tuesday 4.
        ("2027-12-30T09:00", "2028-01-05T00:00"),
        # Easter 2026: Good Friday 3 April, Monday 6 April. Thursday 2 April: Tuesday 7, Wednesday 8 (BST).
        ("2026-04-02T09:00", "2026-04-08T23:00"),
        # The coronation, Monday 8 May 2023. Friday 5 May: Tuesday, Wednesday.
        ("2023-05-05T09:00", "2023-05-10T23:00"),
    ],
)
def test_log_in_details_are_due_at_the_end_of_the_second_working_day(received: str, due: str) -> None:
    assert due_at(_utc(received), 2) == _utc(due)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 28), False),
        (date(2026, 11, 29), False),
        (date(2026, 12, 25), False),
        (date(2026, 12, 28), False),
        (date(2026, 5, 4), False),
        (date(2026, 8, 31), False),
        (date(2020, 5, 8), False),
        (date(2020, 5, 4), True),
        # St Patrick's Day, 2 January and St Andrew's Day are not bank holidays in England.
        (date(2026, 3, 17), True),
        (date(2026, 1, 2), True),
        (date(2026, 11, 30), True),
        (date(2100, 12, 24), True),
        (date(2100, 12, 27), False),
        # Past the library's last year only weekends are known.
        (date(2101, 12, 26), True),
        (date(2101, 12, 25), False),
    ],
)
def test_which_days_are_worked(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_the_answer_is_in_utc_and_accepts_any_offset() -> None:
    due = due_at(datetime.fromisoformat("2026-11-24T00:30:00+02:00"), 1)
    assert due == _utc("2026-11-25T00:00")
    assert due.tzinfo is UTC


@pytest.mark.parametrize(("day", "midnight"), [("2026-11-25", "2026-11-26T00:00"), ("2026-07-01", "2026-07-01T23:00")])
def test_the_last_day_is_the_one_that_ends_at_the_due_moment(day: str, midnight: str) -> None:
    assert end_of_day(date.fromisoformat(day)) == _utc(midnight)
    assert last_day(_utc(midnight)) == date.fromisoformat(day)


def test_no_days_left_ends_the_same_working_day_or_the_next() -> None:
    assert due_at(_utc("2026-11-25T09:00"), 0) == _utc("2026-11-26T00:00")
    assert due_at(_utc("2026-11-28T09:00"), 0) == _utc("2026-12-01T00:00")


@pytest.mark.parametrize(
    ("start", "end", "used"),
    [
        ("2026-11-23T10:00", "2026-11-23T17:00", 0),
        ("2026-11-23T10:00", "2026-11-24T00:00", 1),
        ("2026-11-23T10:00", "2026-11-25T23:59", 2),
        ("2026-11-27T10:00", "2026-11-29T23:59", 0),
        ("2026-11-27T10:00", "2026-11-30T00:00", 1),
        ("2026-12-23T10:00", "2027-01-04T10:00", 5),
        ("2026-11-25T10:00", "2026-11-23T10:00", 0),
    ],
)
def test_a_clock_that_runs_uses_the_days_after_its_first(start: str, end: str, used: int) -> None:
    assert working_days_between(_utc(start), _utc(end)) == used


@pytest.mark.requirement("R05")
def test_a_clock_that_stood_goes_on_with_what_is_left() -> None:
    """Five days from Monday 23; returned to the centre on Wednesday 25 (two used), back on Friday 4 December."""
    used = working_days_between(_utc("2026-11-23T10:00"), _utc("2026-11-25T16:00"))
    assert used == 2
    assert due_at(_utc("2026-12-04T11:00"), 5 - used) == _utc("2026-12-10T00:00")


@pytest.mark.parametrize("call", [lambda at: due_at(at, 2), lambda at: working_days_between(at, at), london_date])
def test_a_time_without_an_offset_is_refused(call: object) -> None:
    with pytest.raises(ValueError, match=r"^a moment needs its offset from UTC$"):
        call(datetime(2026, 11, 23, 10, 0))  # type: ignore[operator]


def test_negative_days_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^days must not be negative$"):
        due_at(_utc("2026-11-23T10:00"), -1)


@settings(max_examples=200, deadline=None)
@given(
    start=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2110, 1, 1), timezones=st.just(UTC)),
    days=st.integers(min_value=1, max_value=30),
)
def test_the_clock_and_the_due_moment_agree(start: datetime, days: int) -> None:
    due = due_at(start, days)
    assert working_days_between(start, due - timedelta(microseconds=1)) == days
    assert is_working_day(london_date(due - timedelta(microseconds=1)))
    assert due_at(start, days + 1) > due > start
