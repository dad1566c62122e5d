"""Show bank lines."""

from collections.abc import Sequence

from app.database import Work
from app.domain.invoices import MoneyDirection
from app.models import BankLine
from app.queries import bank_lines as queries
from app.queries.bank_lines import MatchRow
from app.schemas import bank_lines as schemas
from app.schemas.shared import Money
from app.services.bank.suggestions import suggest


async def list_all(work: Work, query: schemas.BankLineQuery) -> schemas.BankLinePage:
    """List a page of lines."""
    rows, cursor = await queries.list_bank_lines(work, query)
    return schemas.BankLinePage(items=[_summary(row) for row in rows], next_cursor=cursor)


async def show(work: Work, row: BankLine) -> schemas.BankLine:
    """Show one line with what it stands for and what it may be."""
    matches = await queries.list_matches(work.session, row.id)
    return schemas.BankLine(
        **_summary(row).model_dump(), matches=_matches(matches), suggestions=await suggest(work, row)
    )


def _summary(row: BankLine) -> schemas.BankLineSummary:
    amount = abs(row.amount_pence)
    return schemas.BankLineSummary(
        id=row.id,
        statement_id=row.statement_id,
        account=row.account,
        line_number=row.number,
        booked_on=row.booked_on,
        direction=MoneyDirection.IN if row.amount_pence > 0 else MoneyDirection.OUT,
        amount=Money(amount=amount, currency=row.currency),
        matched=Money(amount=row.matched_pence, currency=row.currency),
        rest=Money(amount=amount - row.matched_pence, currency=row.currency),
        status=row.status,
        description=row.description,
        reference=row.reference,
        payer=row.payer,
        rejection=row.rejection,
        settled_by_name=row.settled_by_name,
        settled_at=row.settled_at,
    )


def _matches(rows: Sequence[MatchRow]) -> list[schemas.BankMatch]:
    return [
        schemas.BankMatch(
            entry_id=row.entry.id,
            kind=row.entry.kind,
            invoice_id=row.entry.invoice_id,
            invoice_number=row.number,
            amount=Money(amount=row.match.amount_pence, currency=row.entry.currency),
            recorded_before=row.match.recorded_before,
            reversed=row.reversal_id is not None,
            matched_by_name=row.match.matched_by_name,
            matched_at=row.match.matched_at,
        )
        for row in rows
    ]
