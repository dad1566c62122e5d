"""How dates, times and money are written for people, the same in every email and every document."""

from datetime import date, datetime
from decimal import Decimal

from app.domain.working_days import LONDON

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}


def long_date(day: date) -> str:
    """`Monday 7 December 2026`. A moment is not a day: pass `london_date(moment)` for one."""
    if isinstance(day, datetime):
        raise TypeError("a moment falls on different days in different time zones; pass london_date(moment)")
    return f"{day:%A} {day.day} {day:%B %Y}"


def plain_date(day: date) -> str:
    """`7 December 2026`, for documents that are kept."""
    return long_date(day).partition(" ")[2]


def date_and_time(moment: datetime) -> str:
    """`Monday 7 December 2026 at 2:30pm GMT`, in London's time whatever the moment's own zone."""
    if moment.tzinfo is None:
        raise TypeError("a moment without a time zone cannot be shown in London's time")
    local = moment.astimezone(LONDON)
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{long_date(local.date())} at {hour}:{local:%M}{half} {local:%Z}"


def money(pence: int, currency: str = "GBP") -> str:
    """`£1,250.00` from whole minor units; a currency without a known sign is written `CHF 1,250.00`."""
    sign = "-" if pence < 0 else ""
    whole, minor = divmod(abs(pence), 100)
    return f"{sign}{_SYMBOLS.get(currency, f'{currency} ')}{whole:,}.{minor:02d}"


def percentage(rate: Decimal) -> str:
    """`20%`, `17.5%`: no trailing noughts."""
    return f"{rate.normalize():f}%"


def ink_on(colour: str) -> str:
    """Black or white, whichever is read more easily on a `#rrggbb` background (WCAG 2.2 relative luminance)."""
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if luminance > 0.179 else "#ffffff"


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
