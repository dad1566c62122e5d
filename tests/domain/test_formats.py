"""How dates, times and money are written for people."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.domain.formats import date_and_time, ink_on, long_date, money, percentage, plain_date


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        date_and_time(datetime(2026, 12, 7, 9))


def test_a_moment_is_not_taken_for_a_day() -> None:
    with pytest.raises(TypeError):
        long_date(datetime(2026, 12, 7, 9, tzinfo=UTC))


def test_dates_and_times_are_londons() -> None:
    assert long_date(date(2026, 12, 7)) == "Monday 7 December 2026"
    assert plain_date(date(2026, 12, 7)) == "7 December 2026"
    assert date_and_time(datetime(2026, 12, 7, 0, 5, tzinfo=UTC)) == "Monday 7 December 2026 at 12:05am GMT"
    assert date_and_time(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "Wednesday 1 July 2026 at 12:30am BST"


@pytest.mark.parametrize(
    ("pence", "currency", "shown"),
    [(50_000, "GBP", "£500.00"), (125_000_05, "GBP", "£125,000.05"), (-5, "EUR", "-€0.05"), (0, "CHF", "CHF 0.00")],
)
def test_money(pence: int, currency: str, shown: str) -> None:
    assert money(pence, currency) == shown


def test_percentages_have_no_trailing_noughts() -> None:
    shown = [percentage(Decimal(rate)) for rate in ("20.00", "0", "17.5", "100")]
    assert shown == ["20%", "0%", "17.5%", "100%"]


def test_ink_is_readable_on_any_brand_colour() -> None:
    assert [ink_on(colour) for colour in ("#4B2E83", "#000000", "#FFDD00", "#ffffff")] == [
        "#ffffff",
        "#ffffff",
        "#000000",
        "#000000",
    ]
