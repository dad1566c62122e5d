"""Overdue work that is not yet noted. Rows that another worker holds are skipped and found next time."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.actions import ActionStatus
from app.domain.events import EventType
from app.models import Action, Application, Event, Invoice
from app.queries.invoice_lists import SENT, UNPAID
from app.queries.locking import locking_free
from app.queries.visibility import Reason, unfiltered

_AT_ONCE = 200


@unfiltered(Reason.SYSTEM)
async def overdue_actions(session: AsyncSession, today: date) -> Sequence[tuple[Action, Application]]:
    """Lock and list actions that wait for the centre past their due date (R23)."""
    overdue = (
        select(Action, Application)
        .join(Application, Application.id == Action.application_id)
        .where(Action.status == ActionStatus.OPEN, Action.due_on < today, Action.overdue_noted_at.is_(None))
        .order_by(Action.due_on, Action.id)
        .limit(_AT_ONCE)
    )
    rows = await session.execute(locking_free(overdue, Action))
    return [(action, application) for action, application in rows]


@unfiltered(Reason.SYSTEM)
async def overdue_invoices(session: AsyncSession, today: date) -> Sequence[tuple[Invoice, Application]]:
    """Lock and list unpaid invoices past their due date (R18), except those of ended applications."""
    noted = select(Event.id).where(Event.aggregate_id == Invoice.id, Event.type == EventType.INVOICE_OVERDUE.value)
    overdue = (
        select(Invoice, Application)
        .join(Application, Application.id == Invoice.application_id)
        .where(Invoice.due_on < today, UNPAID, SENT, Application.closed_at.is_(None), ~noted.exists())
        .order_by(Invoice.due_on, Invoice.id)
        .limit(_AT_ONCE)
    )
    rows = await session.execute(locking_free(overdue, Invoice))
    return [(invoice, application) for invoice, application in rows]
