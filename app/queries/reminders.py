"""What has fallen due and has not been noted yet. Locked rows are left to whoever holds them, and found again next time."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.events import EventType
from app.models import Event, Invoice
from app.queries.applications import ledger_pence

_AT_ONCE = 200


async def overdue_invoices(session: AsyncSession, today: date) -> Sequence[tuple[Invoice, int]]:
    """Invoices past their due date, with the pence that are due on them."""
    due = Invoice.total_pence + ledger_pence(Invoice.id).correlate(Invoice).scalar_subquery()
    noted = select(Event.id).where(Event.aggregate_id == Invoice.id, Event.type == EventType.INVOICE_OVERDUE.value)
    rows = await session.execute(
        select(Invoice, due)
        .where(Invoice.due_on < today, due > 0, ~noted.exists())
        .order_by(Invoice.due_on, Invoice.id)
        .limit(_AT_ONCE)
        .with_for_update(of=Invoice, skip_locked=True)
    )
    return [(invoice, pence) for invoice, pence in rows]
