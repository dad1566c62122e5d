"""Lines of bank statements."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from app.database import LeasedSession
from app.domain.bank import OPEN_STATUSES
from app.models import BankLine
from app.queries.visibility import Reason, unfiltered
from app.row_context import seeing_everything


class Unmatched(NamedTuple):
    """Money that came in and that nobody has assigned yet, in one currency."""

    currency: str
    lines: int
    pence: int


@unfiltered(Reason.RULE)
async def unmatched(session: LeasedSession, first: date, last: date) -> list[Unmatched]:
    """Count and sum up what is not yet assigned of the lines of money in, booked from `first` to `last`."""
    rest = BankLine.amount_pence - BankLine.matched_pence
    # A client that reads invoices sees how much is open, and no line.
    async with seeing_everything(session):
        found = await session.execute(
            select(BankLine.currency, func.count(), func.sum(rest))
            .where(
                BankLine.status.in_(OPEN_STATUSES),
                BankLine.booked_on.between(first, last),
                BankLine.amount_pence > 0,
            )
            .group_by(BankLine.currency)
            .order_by(BankLine.currency)
        )
    return [Unmatched(currency, lines, int(pence)) for currency, lines, pence in found]
