"""Reconcile the ledgers of all invoices for a day or a period (R18)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from app.database import Work
from app.domain.bank import OPEN_STATUSES, BankLineStatus
from app.domain.formats import plain_date
from app.domain.invoices import EntryKind, MoneyDirection
from app.domain.refusals.input import Place, fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.spreadsheets import MARK, csv_lines
from app.domain.working_days import end_of_day, london_date, start_of_day
from app.queries.reconciliation import BALANCE, CLOSING, ISSUED, OPENING, OUT, Summed, sum_up
from app.row_context import seeing_everything
from app.schemas import reconciliation as schemas
from app.services.exports import CSV, in_units

COLUMNS: Final = ("from", "to", "currency", "item", "count", "amount", "amount_pence", "list")
"""The columns of the CSV. New ones come last."""
_ITEMS: Final = {
    "issued": ISSUED,
    "paid": EntryKind.PAYMENT,
    "reversed": EntryKind.REVERSAL,
    "credited": EntryKind.CREDIT,
    "refunded": EntryKind.REFUND,
    "waived": EntryKind.WAIVER,
    "moved_out": EntryKind.ALLOCATION_OUT,
    "moved_in": EntryKind.ALLOCATION_IN,
    "unmatched": BankLineStatus.UNMATCHED,
    "suggested": BankLineStatus.SUGGESTED,
    "part_confirmed": BankLineStatus.PART_CONFIRMED,
    **{f"{status.value}{OUT}": f"{status.value}{OUT}" for status in OPEN_STATUSES},
}
_DAY: Final = timedelta(days=1)


async def reconcile_as(
    work: Work, query: schemas.ReconciliationQuery, media_type: str
) -> schemas.Reconciliation | bytes:
    """Reconcile the period, as JSON or CSV. Raises `InvalidInput`."""
    first, last = _period(work, query)
    # Whoever reads the totals sees every invoice, but not each bank line.
    async with seeing_everything(work.session):
        sums = await sum_up(work, start_of_day(first), end_of_day(last), (first, last))
    currencies = sorted({summed.currency for summed in sums} - {work.settings.fee.currency})
    found = schemas.Reconciliation.model_validate(
        {
            "from": first,
            "to": last,
            "reconciled_at": work.now,
            "currencies": [
                _of_currency(currency, [summed for summed in sums if summed.currency == currency], first, last)
                for currency in (work.settings.fee.currency, *currencies)
            ],
        }
    )
    return _as_csv(found) if media_type == CSV else found


def _period(work: Work, query: schemas.ReconciliationQuery) -> tuple[date, date]:
    today = london_date(work.now)
    first = query.from_ or query.to or today - _DAY
    last = query.to or first
    if last > today:
        name = "to" if query.to is not None else "from"
        sentence = "Enter a day that is not in the future."
        raise fault(f"/{name}", InputFaultCode.IN_THE_FUTURE, sentence, place=Place.QUERY)
    if first > last:
        sentence = f"Enter a first day that is not after the last one, {plain_date(last)}."
        raise fault("/from", InputFaultCode.ENDS_BEFORE_START, sentence, place=Place.QUERY)
    return first, last


def _of_currency(currency: str, sums: list[Summed], first: date, last: date) -> dict[str, object]:
    found = {summed.what: summed for summed in sums}
    nothing = Summed("", currency, 0, 0, 0)
    now = found.get(BALANCE, nothing)
    return {
        "currency": currency,
        "opening": _balance(now, found.get(OPENING, nothing)),
        "closing": _balance(now, found.get(CLOSING, nothing)),
        **{name: _total(found.get(what, nothing), _list(what, first, last)) for name, what in _ITEMS.items()},
    }


def _total(summed: Summed, path: str) -> dict[str, object]:
    return {"count": summed.number, "amount": _money(summed.pence, summed.currency), "list": path}


def _balance(now: Summed, change: Summed) -> dict[str, object]:
    due, credit = now.pence + change.pence, now.credit_pence + change.credit_pence
    return {
        "due": _money(due, now.currency),
        "credit_balance": _money(credit, now.currency),
        "net": _money(due - credit, now.currency),
    }


def _money(pence: int, currency: str) -> dict[str, object]:
    return {"amount": pence, "currency": currency}


def _list(what: str, first: date, last: date) -> str:
    """The path of the list that explains the total."""
    status = what.removesuffix(OUT)
    if status in OPEN_STATUSES:
        direction = MoneyDirection.IN if what == status else MoneyDirection.OUT
        return _path("bank-lines", "booked", first, last, ("status", status), ("direction", direction))
    if what == ISSUED:
        return _path("invoices", "issued", first, last)
    if what == EntryKind.CREDIT:
        return _path("credit-notes", "issued", first, last)
    return _path("payments", "recorded", first, last, ("kind", what))


def _path(noun: str, day: str, first: date, last: date, *more: tuple[str, str]) -> str:
    days = ((f"{day}_from", first.isoformat()), (f"{day}_before", (last + _DAY).isoformat()))
    # Names, statuses and days need no escaping.
    return f"/v1/{noun}?{'&'.join(f'{name}={value}' for name, value in (*more, *days))}"


def _as_csv(found: schemas.Reconciliation) -> bytes:
    rows: list[list[str | None]] = []
    for one in found.currencies:
        for name, count, pence, path in _items(one):
            days = [found.from_.isoformat(), found.to.isoformat()]
            rows.append([*days, one.currency, name, count, in_units(pence), str(pence), path])
    return (MARK + csv_lines([COLUMNS, *rows])).encode()


def _items(one: schemas.CurrencyReconciliation) -> Iterator[tuple[str, str | None, int, str | None]]:
    """Yield name, count, pence and list of each total, in their order."""
    for name in type(one).model_fields:
        item = getattr(one, name)
        if isinstance(item, schemas.ReconciledTotal):
            yield name, str(item.count), item.amount.amount, item.list
        elif isinstance(item, schemas.ReconciledBalance):
            yield name, None, item.net.amount, None
            yield f"{name}_due", None, item.due.amount, None
            yield f"{name}_credit_balance", None, item.credit_balance.amount, None
