"""On which days an unpaid invoice is reminded of."""

from datetime import date, timedelta

import pytest

from app.domain.invoice_reminders import Schedule, Unpaid
from app.domain.reminders import ReminderKind

DUE = date(2026, 7, 1)
INVOICE = Unpaid(issued_on=date(2026, 6, 1), due_on=DUE)
SCHEDULE = Schedule((-7, 0, 1, 14, 28))


def day(offset: int) -> date:
    return DUE + timedelta(days=offset)


@pytest.mark.parametrize(
    ("today", "latest"),
    [(-8, None), (-7, -7), (-1, -7), (0, 0), (1, 1), (13, 1), (14, 14), (27, 14), (28, 28), (400, 28)],
)
def test_the_latest_day_that_has_come_applies(today: int, latest: int | None) -> None:
    assert SCHEDULE.latest(INVOICE, day(today)) == (None if latest is None else day(latest))


def test_no_reminder_precedes_the_invoice_or_comes_on_its_day() -> None:
    short = Unpaid(issued_on=day(-7), due_on=DUE)
    assert SCHEDULE.on(short)[0] == day(0)


@pytest.mark.parametrize(
    ("reversed_on", "days"),
    [
        (-10, [-7, 0, 1, 14, 28]),
        (-7, [0, 1, 14, 28]),
        (0, [1, 14, 28]),
        (20, [21, 34, 48]),
    ],
)
def test_a_reversal_starts_the_schedule_again(reversed_on: int, days: list[int]) -> None:
    """Not on its own day: its letter asks for the money."""
    invoice = Unpaid(INVOICE.issued_on, DUE, day(reversed_on))
    assert SCHEDULE.on(invoice) == [day(each) for each in days]


@pytest.mark.parametrize(
    ("today", "stands_for", "kind"),
    [
        (-20, -7, "invoice_due"),
        (-5, -7, "invoice_due"),
        (0, 0, "invoice_due"),
        (1, 1, "invoice_overdue"),
        (13, 1, "invoice_overdue"),
        (90, 28, "invoice_overdue"),
    ],
)
def test_by_hand_it_stands_for_the_latest_of_its_kind_or_the_next(today: int, stands_for: int, kind: str) -> None:
    assert SCHEDULE.by_hand(INVOICE, day(today)) == day(stands_for)
    assert INVOICE.kind(day(today)) is ReminderKind(kind)


@pytest.mark.parametrize(("today", "stands_for"), [(-3, 0), (0, 0), (5, 1)])
def test_by_hand_it_can_be_sent_without_any_schedule(today: int, stands_for: int) -> None:
    assert Schedule(()).by_hand(INVOICE, day(today)) == day(stands_for)
    assert Schedule(()).latest(INVOICE, day(today)) is None


@pytest.mark.parametrize(("today", "following"), [(-20, -7), (-7, 0), (1, 14), (28, None)])
def test_the_next_one_is_foretold(today: int, following: int | None) -> None:
    assert SCHEDULE.next(INVOICE, day(today)) == (None if following is None else day(following))
