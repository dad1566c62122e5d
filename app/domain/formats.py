"""Format dates, times and money for people, the same way in every email and document."""

from datetime import date, datetime
from decimal import Decimal

from app.domain.working_days import LONDON

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}


def long_date(day: date) -> str:
    """Format as `Monday 7 December 2026`. For a datetime, pass `london_date(moment)`."""
    if isinstance(day, datetime):
        raise TypeError("a moment falls on different days in different time zones; pass london_date(moment)")
    return f"{day:%A} {day.day} {day:%B %Y}"


def plain_date(day: date) -> str:
    """Format as `7 December 2026`, for documents that people keep."""
    return long_date(day).partition(" ")[2]


def date_and_time(moment: datetime) -> str:
    """Format as `Monday 7 December 2026 at 2:30pm GMT`, in London time whatever the moment's time zone."""
    if moment.tzinfo is None:
        raise TypeError("a moment without a time zone cannot be shown in London's time")
    local = moment.astimezone(LONDON)
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{long_date(local.date())} at {hour}:{local:%M}{half} {local:%Z}"


def money(pence: int, currency: str = "GBP") -> str:
    """Format minor units as `£1,250.00`, or `CHF 1,250.00` for a currency without a known symbol."""
    sign = "-" if pence < 0 else ""
    whole, minor = divmod(abs(pence), 100)
    return f"{sign}{_SYMBOLS.get(currency, f'{currency} ')}{whole:,}.{minor:02d}"


def percentage(rate: Decimal) -> str:
    """Format as `20%` or `17.5%`, without trailing zeros."""
    return f"{rate.normalize():f}%"


def ink_on(colour: str) -> str:
    """Return black or white, whichever contrasts more with a `#rrggbb` background (WCAG 2.2 relative luminance)."""
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if luminance > 0.179 else "#ffffff"


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
