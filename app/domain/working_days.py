"""Count England's working days, in London time (R05).

Working days are Monday to Friday, except bank holidays. The `holidays` library stops at 2100; after that, only weekends
are excluded. To include a one-off bank holiday, install the release of the library that has it.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

LONDON = ZoneInfo("Europe/London")

_DAY = timedelta(days=1)
_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Return true if staff work on this day, a date in London (not a datetime)."""
    return day.weekday() < _SATURDAY and day not in _bank_holidays(day.year)


def due_at(start: datetime, days: int) -> datetime:
    """Return the deadline for something received at `start`, in UTC: the London midnight that ends the last day.

    The day of receipt does not count: two days from a Monday end with Wednesday. From the returned time on, it is late.
    With `days` 0, which a paused clock can have left, it is due at the end of the day of receipt, or of the next
    working day if that is not one. Raises `ValueError` if `start` has no offset or `days` is negative.
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
    """Return the working days used by a clock that ran from `start` to `end`: days after `start`'s, including `end`'s.

    Agrees with `due_at`: before `due_at(start, n)`, at most `n` are used. A clock that was paused for the centre
    resumes with `due_at(resumed_at, max(0, allowed - used))`. Returns 0 if `end` is not after `start`. Raises
    `ValueError` for times without an offset.
    """
    first, last = london_date(start), london_date(end)
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def start_of_day(day: date) -> datetime:
    """Return the first moment of the day in London, in UTC."""
    return datetime.combine(day, time.min, tzinfo=LONDON).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the London midnight that ends the day, in UTC."""
    return datetime.combine(day + _DAY, time.min, tzinfo=LONDON).astimezone(UTC)


def last_day(due: datetime) -> date:
    """Return the date to tell people for `due`, a result of `due_at` or `end_of_day`: the day that it ends."""
    return london_date(due) - _DAY


def london_date(moment: datetime) -> date:
    """Return the date in London at this moment. Raises `ValueError` for a time without an offset."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset from UTC")
    return moment.astimezone(LONDON).date()


@lru_cache(maxsize=256)
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))
