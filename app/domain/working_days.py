"""Working days of England, on the clock of London (R05).

A working day is Monday to Friday and no bank holiday. Holidays past the last year that the `holidays` library works
out (2100) are unknown, so only weekends are taken off there. A one-off bank holiday is known once the library's
release that has it is installed.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

LONDON = ZoneInfo("Europe/London")

_DAY = timedelta(days=1)
_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Whether staff work on this day, a date in London (not a datetime)."""
    return day.weekday() < _SATURDAY and day not in _bank_holidays(day.year)


def due_at(start: datetime, days: int) -> datetime:
    """The moment by which something received at `start` is due, in UTC: London's midnight that ends the last day.

    The day of receipt is not counted, so that two days from a Monday end with Wednesday. Something is late when the
    clock has reached the answer. With `days` 0, which a clock that stood can be left with, it is due at the end of
    the day of receipt itself, or of the next working day where that is none. Raises `ValueError` for a `start`
    without an offset or for negative `days`: both are faults of the caller.
    """
    if days < 0:
        raise ValueError("days must not be negative")
    day = london_date(start)
    left = days
    while left or not is_working_day(day):
        day += _DAY
        left -= left > 0 and is_working_day(day)
    return end_of_day(day)


def working_days_between(start: datetime, end: datetime) -> int:
    """How many working days a clock that ran from `start` to `end` has used: the days after `start`'s, with `end`'s.

    It agrees with `due_at`: at any moment before `due_at(start, n)` at most `n` are used. A clock that stands while it
    waits for the centre goes on with `due_at(resumed_at, max(0, allowed - used))`. 0 where `end` is not after `start`.
    Raises `ValueError` for times without an offset.
    """
    first, last = london_date(start), london_date(end)
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def end_of_day(day: date) -> datetime:
    """London's midnight that ends the day, in UTC."""
    return datetime.combine(day + _DAY, time.min, tzinfo=LONDON).astimezone(UTC)


def last_day(due: datetime) -> date:
    """The day that `due`, an answer of `due_at` or `end_of_day`, is the end of: the date to tell people."""
    return london_date(due) - _DAY


def london_date(moment: datetime) -> date:
    """The date on London's calendar at this moment. Raises `ValueError` for a time without an offset."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset from UTC")
    return moment.astimezone(LONDON).date()


@lru_cache(maxsize=256)
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))
