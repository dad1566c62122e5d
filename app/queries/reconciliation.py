"""The sums of a reconciliation, of one moment in one statement (R18)."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, Date, DateTime, Text, bindparam, cast, func, literal, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from app.database import Work
from app.domain.bank import OPEN_STATUSES
from app.domain.invoices import EntryKind
from app.models import BankLine, Invoice, InvoiceEntry
from app.queries.hot import Hot
from app.queries.paging import Column
from app.queries.visibility import Reason, unfiltered


class Summed(NamedTuple):
    """A sum: of invoices (`issued`), of a kind of entry, of bank lines by status, or the balance of all invoices now.

    `number` and `pence` are of the period, `after` is what came later.
    """

    what: str
    currency: str
    number: int
    pence: int
    after: int


ISSUED, BALANCE = "issued", "balance"
_FIRST = bindparam("first", type_=DateTime(timezone=True))
_END = bindparam("end", type_=DateTime(timezone=True))
_FIRST_DAY = bindparam("first_day", type_=Date())
_LAST_DAY = bindparam("last_day", type_=Date())


def _sum(pence: Column, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    summed = func.sum(pence).filter(*conditions) if conditions else func.sum(pence)
    return cast(func.coalesce(summed, 0), BigInteger)


_open = func.abs(BankLine.amount_pence) - BankLine.matched_pence
_none = literal(0, BigInteger())
# A balance is what is due now without what came later, so that only entries since the first day are read.
_SUMS = Hot(
    union_all(
        select(
            literal(ISSUED, Text()).label("what"),
            Invoice.currency.label("currency"),
            func.count().filter(Invoice.issued_at < _END).label("number"),
            _sum(Invoice.total_pence, Invoice.issued_at < _END).label("pence"),
            _sum(Invoice.total_pence, Invoice.issued_at >= _END).label("after"),
        )
        .where(Invoice.issued_at >= _FIRST)
        .group_by(Invoice.currency),
        select(
            cast(InvoiceEntry.kind, Text()),
            InvoiceEntry.currency,
            func.count().filter(InvoiceEntry.recorded_at < _END),
            _sum(InvoiceEntry.amount_pence, InvoiceEntry.recorded_at < _END),
            _sum(InvoiceEntry.amount_pence, InvoiceEntry.recorded_at >= _END),
        )
        .where(InvoiceEntry.kind.in_(list(EntryKind)), InvoiceEntry.recorded_at >= _FIRST)
        .group_by(InvoiceEntry.kind, InvoiceEntry.currency),
        select(literal(BALANCE, Text()), Invoice.currency, _none, _sum(Invoice.due_pence), _none)
        .where(Invoice.due_pence != 0)
        .group_by(Invoice.currency),
        select(cast(BankLine.status, Text()), BankLine.currency, func.count(), _sum(_open), _none)
        .where(
            BankLine.status.in_(OPEN_STATUSES),
            BankLine.amount_pence > 0,
            BankLine.booked_on.between(_FIRST_DAY, _LAST_DAY),
        )
        .group_by(BankLine.status, BankLine.currency),
    ),
    Summed,
)


@unfiltered(Reason.PERMITTED)
async def sum_up(work: Work, first: datetime, end: datetime, days: tuple[date, date]) -> list[Summed]:
    """Sum up what was issued, entered and left open from `first` on, and until `end`."""
    return await _SUMS.all(work.driver, first=first, end=end, first_day=days[0], last_day=days[1])
