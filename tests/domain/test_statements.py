"""A statement's balances agree with the ledgers of its invoices, to the penny (R18)."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.domain.invoices import EntryKind
from app.domain.ledger import ledger
from app.domain.statements import Movement, StatementLineKind, account_statement, effect

_DAY = date(2026, 6, 1)
_ENTRIES = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(EntryKind), st.integers(1, 100_000)), max_size=20)
_INVOICES = st.lists(st.tuples(st.integers(0, 100_000), _ENTRIES), min_size=1, max_size=4)


def test_every_kind_of_entry_has_a_line() -> None:
    assert {kind.value for kind in StatementLineKind} == {"invoice"} | {kind.value for kind in EntryKind}


@given(_INVOICES, st.integers(0, 9), st.integers(0, 9))
def test_periods_add_up_and_the_end_is_what_the_invoices_come_to(
    invoices: list[tuple[int, list[tuple[int, EntryKind, int]]]], one: int, other: int
) -> None:
    movements = []
    for number, (total, entries) in enumerate(invoices):
        id_ = UUID(int=number)
        movements.append(Movement(_DAY, StatementLineKind.INVOICE, id_, None, total, ""))
        for day, kind, pence in entries:
            on = _DAY + timedelta(days=day)
            movements.append(Movement(on, StatementLineKind(kind.value), id_, id_, effect(kind, pence), ""))
    movements.sort(key=lambda movement: movement.on)
    first, last = sorted((_DAY + timedelta(days=one), _DAY + timedelta(days=other)))
    whole, part = account_statement(movements, None, last), account_statement(movements, first, last)
    assert whole.opening_pence == 0
    assert whole.closing_pence == part.closing_pence
    assert part.opening_pence + sum(line.movement.pence for line in part.lines) == part.closing_pence
    assert part.opening_pence == account_statement(movements, None, first - timedelta(days=1)).closing_pence
    standings = [
        ledger(total, [(kind, pence) for day, kind, pence in entries if _DAY + timedelta(days=day) <= last])
        for total, entries in invoices
    ]
    assert whole.closing_pence == sum(standing.due - standing.overpaid for standing in standings)
    for line in part.lines:
        assert line.movement.debit_pence - line.movement.credit_pence == line.movement.pence
        assert 0 in (line.movement.debit_pence, line.movement.credit_pence)
