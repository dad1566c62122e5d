"""What a bank line may pay, or may be recorded as."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.invoices import EntryKind
from app.models import BankLine, Centre, Invoice, InvoiceEntry
from app.queries.bank_lines import stands_alone
from app.queries.visibility import Reason, unfiltered

_MOST_BY_AMOUNT = 50
_MOST_NAMES = 2_000
"""Names that a payer is compared with: those of the invoices that have waited longest."""


class Candidate(NamedTuple):
    """An invoice, and the entry that is recorded already, if it is for one."""

    invoice_id: UUID
    number: str
    status: str
    due_pence: int
    currency: str
    centre_id: UUID
    centre_name: str
    legal_name: str | None
    ledger_number: str | None
    entry_id: UUID | None = None
    received_on: date | None = None

    @property
    def printed_number(self) -> str:
        """The number on the document, which a payer quotes."""
        return self.ledger_number or self.number


def _select() -> Select[*tuple[Any, ...]]:
    return select(
        Invoice.id,
        Invoice.number,
        Invoice.status,
        Invoice.due_pence,
        Invoice.currency,
        Invoice.centre_id,
        Centre.name,
        Invoice.customer["legal_name"].astext,
        Invoice.ledger_number,
    ).join(Centre, Centre.id == Invoice.centre_id)


def _listed(rows: Iterable[Any]) -> list[Candidate]:
    return [Candidate(*row) for row in rows]


@unfiltered(Reason.PERMITTED)
async def by_number(session: AsyncSession, numbers: Sequence[str]) -> list[Candidate]:
    """List the invoices with these numbers, ours or the finance system's, whether they have anything due or not."""
    named = or_(Invoice.number.in_(numbers), func.upper(Invoice.ledger_number).in_(numbers))
    return _listed(await session.execute(_select().where(named)))


@unfiltered(Reason.PERMITTED)
async def by_amount(session: AsyncSession, pence: int, currency: str) -> list[Candidate]:
    """List invoices that have exactly this due, those first that have waited longest."""
    exact = _select().where(Invoice.due_pence == pence, Invoice.due_pence > 0, Invoice.currency == currency)
    return _listed(await session.execute(exact.order_by(Invoice.due_on, Invoice.id).limit(_MOST_BY_AMOUNT)))


@unfiltered(Reason.PERMITTED)
async def with_names(session: AsyncSession) -> list[Candidate]:
    """List invoices that have anything due, those first that have waited longest."""
    waiting = _select().where(Invoice.due_pence > 0).order_by(Invoice.due_on, Invoice.id)
    return _listed(await session.execute(waiting.limit(_MOST_NAMES)))


@unfiltered(Reason.PERMITTED)
async def recorded(
    session: AsyncSession, line: BankLine, pence: int, kinds: Sequence[EntryKind], first: date, last: date
) -> list[Candidate]:
    """List entries of this amount, from these days, that no line stands for."""
    on = func.coalesce(InvoiceEntry.received_on, InvoiceEntry.refunded_on, func.date(InvoiceEntry.recorded_at))
    statement = (
        _select()
        .add_columns(InvoiceEntry.id, on)
        .join(InvoiceEntry, InvoiceEntry.invoice_id == Invoice.id)
        .where(
            InvoiceEntry.kind.in_(kinds),
            InvoiceEntry.amount_pence == pence,
            InvoiceEntry.currency == line.currency,
            on.between(first, last),
            stands_alone(),
        )
    )
    return _listed(await session.execute(statement.order_by(InvoiceEntry.id).limit(_MOST_BY_AMOUNT)))
