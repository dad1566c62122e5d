"""The arithmetic of a ledger, right to the penny (R18)."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.invoices import EntryKind, InvoiceStatus
from app.domain.ledger import Ledger, ledger

PAYMENT, REVERSAL, CREDIT = EntryKind.PAYMENT, EntryKind.REVERSAL, EntryKind.CREDIT


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], Ledger(0, 0, 0, 100, 0, InvoiceStatus.ISSUED)),
        ([(PAYMENT, 1)], Ledger(1, 0, 0, 99, 0, InvoiceStatus.PART_PAID)),
        ([(PAYMENT, 99)], Ledger(99, 0, 0, 1, 0, InvoiceStatus.PART_PAID)),
        ([(PAYMENT, 40)], Ledger(40, 0, 0, 60, 0, InvoiceStatus.PART_PAID)),
        ([(PAYMENT, 40), (PAYMENT, 60)], Ledger(100, 0, 0, 0, 0, InvoiceStatus.PAID)),
        ([(PAYMENT, 130)], Ledger(130, 0, 0, 0, 30, InvoiceStatus.PAID)),
        ([(PAYMENT, 100), (REVERSAL, 100)], Ledger(0, 100, 0, 100, 0, InvoiceStatus.ISSUED)),
        ([(CREDIT, 30)], Ledger(0, 0, 30, 70, 0, InvoiceStatus.ISSUED)),
        ([(CREDIT, 100)], Ledger(0, 0, 100, 0, 0, InvoiceStatus.CREDITED)),
        ([(PAYMENT, 40), (CREDIT, 60)], Ledger(40, 0, 60, 0, 0, InvoiceStatus.PAID)),
    ],
)
def test_what_entries_come_to(entries: list[tuple[EntryKind, int]], expected: Ledger) -> None:
    assert ledger(100, entries) == expected


def test_a_penny_that_was_credited_is_credited() -> None:
    assert ledger(1, [(CREDIT, 1)]).status is InvoiceStatus.CREDITED


def test_an_invoice_for_nothing_is_paid() -> None:
    assert ledger(0, []).status is InvoiceStatus.PAID


def test_overdue_begins_the_day_after_and_ends_with_the_money() -> None:
    due_on, day_after = date(2026, 7, 1), date(2026, 7, 2)
    assert not ledger(100, []).overdue(due_on, due_on)
    assert ledger(100, [(PAYMENT, 99)]).overdue(due_on, day_after)
    assert not ledger(100, [(PAYMENT, 100)]).overdue(due_on, day_after)


_PENCE = st.integers(1, 10_000_000_000)


@st.composite
def _ledgers(draw: st.DrawFn) -> list[tuple[EntryKind, int]]:
    """Payments, some of which were reversed, and credits."""
    payments = draw(st.lists(st.tuples(_PENCE, st.booleans()), max_size=8))
    entries = [(PAYMENT, amount) for amount, _ in payments]
    entries += [(REVERSAL, amount) for amount, reversed_ in payments if reversed_]
    return entries + [(CREDIT, amount) for amount in draw(st.lists(_PENCE, max_size=3))]


@given(st.integers(0, 10_000_000_000), _ledgers(), st.randoms(use_true_random=False))
def test_the_order_never_matters_and_no_penny_is_lost(
    total: int, entries: list[tuple[EntryKind, int]], random: Random
) -> None:
    standing = ledger(total, entries)
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert ledger(total, shuffled) == standing
    assert total == standing.paid + standing.credited + standing.due - standing.overpaid
    assert standing.due == 0 or standing.overpaid == 0
    settled = standing.status in (InvoiceStatus.PAID, InvoiceStatus.CREDITED)
    assert settled == (standing.due == 0)
    if standing.paid == 0:
        assert standing.status is not InvoiceStatus.PART_PAID
