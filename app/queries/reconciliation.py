"""The sums of a reconciliation, of one moment in one statement (R18)."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from app.database import Work
from app.domain.bank import OPEN_STATUSES
from app.domain.invoices import EntryKind
from app.domain.statements import effect
from app.models import BankLine, Invoice, InvoiceEntry
from app.queries.hot import Hot
from app.queries.paging import Column
from app.queries.visibility import Reason, unfiltered


class Summed(NamedTuple):
    """A sum in the period: of invoices (`issued`), a kind of entry, or bank lines by status and direction; or balances.

    `balance` has what all invoices have due now (`pence`) and their credit balances (`credit_pence`). `opening` and
    `closing` have how much more, or less, that was before the period and after it.
    """

    what: str
    currency: str
    number: int
    pence: int
    credit_pence: int


ISSUED, BALANCE, OPENING, CLOSING = "issued", "balance", "opening", "closing"
OUT = "_out"
"""Ends the status of bank lines that paid money out."""
_FIRST = bindparam("first", type_=DateTime(timezone=True))
_END = bindparam("end", type_=DateTime(timezone=True))
_FIRST_DAY = bindparam("first_day", type_=Date())
_LAST_DAY = bindparam("last_day", type_=Date())


def _sum(pence: Column) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(pence), 0), BigInteger)


def _due(balance: Column) -> ColumnElement[int]:
    return func.greatest(balance, 0)


def _credit(balance: Column) -> ColumnElement[int]:
    return func.greatest(-balance, 0)


_row = InvoiceEntry
_kinds = _row.kind.in_(list(EntryKind))
_effect = case(
    (_row.kind.in_([kind for kind in EntryKind if effect(kind, 1) > 0]), _row.amount_pence), else_=-_row.amount_pence
)
_moved = union_all(
    select(Invoice.id.label("id"), Invoice.issued_at.label("at"), Invoice.total_pence.label("pence")).where(
        Invoice.issued_at >= _FIRST
    ),
    select(_row.invoice_id, _row.recorded_at, _effect).where(_kinds, _row.recorded_at >= _FIRST),
).subquery()
# Balances of the past are those of today without what came later, so that only entries since the first day are read.
_since = (
    select(
        _moved.c.id,
        _sum(_moved.c.pence).label("opening"),
        cast(func.coalesce(func.sum(_moved.c.pence).filter(_moved.c.at >= _END), 0), BigInteger).label("closing"),
    )
    .group_by(_moved.c.id)
    .cte("since")
)
_none = literal(0, BigInteger())
_open = func.abs(BankLine.amount_pence) - BankLine.matched_pence
_status = cast(BankLine.status, Text())
_bank_status = case((BankLine.amount_pence < 0, _status.concat(literal_column(f"'{OUT}'"))), else_=_status)


def _change(what: str, since: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    now = Invoice.due_pence
    then = now - since
    return (
        select(
            literal(what, Text()),
            Invoice.currency,
            _none,
            _sum(_due(then) - _due(now)),
            _sum(_credit(then) - _credit(now)),
        )
        .join(_since, _since.c.id == Invoice.id)
        .group_by(Invoice.currency)
    )


_SUMS = Hot(
    union_all(
        select(
            literal(ISSUED, Text()).label("what"),
            Invoice.currency.label("currency"),
            func.count().label("number"),
            _sum(Invoice.total_pence).label("pence"),
            _none.label("credit_pence"),
        )
        .where(Invoice.issued_at >= _FIRST, Invoice.issued_at < _END)
        .group_by(Invoice.currency),
        select(cast(_row.kind, Text()), _row.currency, func.count(), _sum(_row.amount_pence), _none)
        .where(_kinds, _row.recorded_at >= _FIRST, _row.recorded_at < _END)
        .group_by(_row.kind, _row.currency),
        select(
            literal(BALANCE, Text()),
            Invoice.currency,
            _none,
            _sum(_due(Invoice.due_pence)),
            _sum(_credit(Invoice.due_pence)),
        )
        .where(Invoice.due_pence != 0)
        .group_by(Invoice.currency),
        _change(OPENING, _since.c.opening),
        _change(CLOSING, _since.c.closing),
        select(_bank_status, BankLine.currency, func.count(), _sum(_open), _none)
        .where(
            BankLine.status.in_(OPEN_STATUSES),
            BankLine.booked_on.between(_FIRST_DAY, _LAST_DAY),
        )
        .group_by(_bank_status, BankLine.currency),
    ),
    Summed,
)


@unfiltered(Reason.PERMITTED)
async def sum_up(work: Work, first: datetime, end: datetime, days: tuple[date, date]) -> list[Summed]:
    """Sum up what was issued, entered and left open from `first` on, and until `end`."""
    return await _SUMS.all(work.driver, first=first, end=end, first_day=days[0], last_day=days[1])
