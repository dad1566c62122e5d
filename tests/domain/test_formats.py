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
    assert date_and_time(datetime(2026, 12, 7, 12, 0, tzinfo=UTC)) == "Monday 7 December 2026 at 12:00pm GMT"
    assert date_and_time(datetime(2026, 12, 7, 14, 30, tzinfo=UTC)) == "Monday 7 December 2026 at 2:30pm GMT"


@pytest.mark.parametrize(
    ("pence", "currency", "shown"),
    [(50_000, "GBP", "£500.00"), (125_000_05, "GBP", "£125,000.05"), (-5, "EUR", "-€0.05"), (0, "CHF", "CHF 0.00")],
)
def test_money(pence: int, currency: str, shown: str) -> None:
    assert money(pence, currency) == shown


def test_money_is_in_pounds_unless_said_otherwise() -> None:
    assert money(100) == "£1.00"


def test_percentages_have_no_trailing_noughts() -> None:
    shown = [percentage(Decimal(rate)) for rate in ("20.00", "0", "17.5", "100")]
    assert shown == ["20%", "0%", "17.5%", "100%"]


@pytest.mark.parametrize(
    ("colour", "ink"),
    [
        ("#4B2E83", "#ffffff"),
        ("#000000", "#ffffff"),
        ("#FFDD00", "#000000"),
        ("#ffffff", "#000000"),
        # Around the luminance of 0.179, where either ink is read as easily, for each channel and for grey.
        ("#757575", "#ffffff"),
        ("#767676", "#000000"),
        ("#0a0a0a", "#ffffff"),
        ("#008904", "#000000"),
        ("#ec0000", "#ffffff"),
        ("#ed0000", "#000000"),
        ("#008900", "#ffffff"),
        ("#008a00", "#000000"),
        ("#0000ff", "#ffffff"),
        ("#006bff", "#ffffff"),
        ("#006cff", "#000000"),
    ],
)
def test_ink_is_readable_on_any_brand_colour(colour: str, ink: str) -> None:
    assert ink_on(colour) == ink
