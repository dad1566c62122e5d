"""Unpaid invoices whose payers are to be reminded, by the days of the schedule."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Date, DateTime, Select, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Integer

from app.domain.invoice_reminders import Schedule, Unpaid
from app.domain.invoices import EntryKind
from app.domain.reminders import ReminderKind
from app.domain.working_days import london_date
from app.models import Application, Invoice, InvoiceEntry, Reminder
from app.queries.invoice_lists import SENT, UNPAID
from app.queries.visibility import Reason, unfiltered

_AT_ONCE: Final = 200
# What was paid is due again, and a letter has said so.
_TAKEN_AWAY: Final = [EntryKind.REVERSAL, EntryKind.ALLOCATION_OUT]
_KINDS: Final = [kind for kind in ReminderKind if kind.of_invoice]


class UnpaidInvoice(NamedTuple):
    """An unpaid invoice of an application under way."""

    id: UUID
    application_id: UUID
    centre_id: UUID
    issued_on: date
    due_on: date
    reversed_on: date | None

    @property
    def days(self) -> Unpaid:
        return Unpaid(self.issued_on, self.due_on, self.reversed_on)


def _unpaid() -> Select[UUID, UUID, UUID, date, date, date | None]:
    reversed_at = (
        select(func.max(InvoiceEntry.recorded_at))
        .where(InvoiceEntry.invoice_id == Invoice.id, InvoiceEntry.kind.in_(_TAKEN_AWAY))
        .scalar_subquery()
    )
    reversed_on = cast(func.timezone("Europe/London", reversed_at, type_=DateTime()), Date())
    # One that waited for its number was sent with it.
    numbered_on = cast(func.timezone("Europe/London", Invoice.numbered_at, type_=DateTime()), Date())
    sent_on = func.coalesce(numbered_on, Invoice.issued_on, type_=Date())
    return (
        select(
            Invoice.id,
            Invoice.application_id,
            Invoice.centre_id,
            sent_on.label("issued_on"),
            Invoice.due_on,
            reversed_on.label("reversed_on"),
        )
        .join(Application, Application.id == Invoice.application_id)
        .where(UNPAID, SENT, Application.closed_at.is_(None))
    )


@unfiltered(Reason.JUDGED)
async def list_unpaid(session: AsyncSession, application_id: UUID) -> Sequence[UnpaidInvoice]:
    """List the application's unpaid invoices; none once it has ended."""
    rows = await session.execute(_unpaid().where(Invoice.application_id == application_id).order_by(Invoice.id))
    return [UnpaidInvoice(*row) for row in rows]


@unfiltered(Reason.SYSTEM)
async def to_be_reminded(session: AsyncSession, schedule: Schedule, now: datetime) -> Sequence[UnpaidInvoice]:
    """List the unpaid invoices whose latest reminder is due and did not go out, neither by itself nor by hand.

    A reminder that somebody sent since that day began stands for it.
    """
    if not schedule.days:
        return []
    today = london_date(now)
    unpaid = _unpaid().where(Invoice.due_on <= today - timedelta(days=min(schedule.days))).subquery()
    column = unpaid.c
    counts_from = func.greatest(column.due_on, column.reversed_on, type_=Date())
    told_on = func.greatest(column.issued_on, column.reversed_on, type_=Date())
    offset = func.unnest(literal(list(schedule.days), ARRAY(Integer()))).column_valued("day")
    day = counts_from + offset
    latest = select(func.max(day)).where(day <= today, day > told_on).scalar_subquery()
    begins = func.timezone("Europe/London", cast(latest, DateTime()), type_=DateTime(timezone=True))
    sent = select(Reminder.id).where(
        Reminder.about_id == column.id,
        Reminder.kind.in_(_KINDS),
        or_(Reminder.about_at == begins, Reminder.sent_at >= begins),
    )
    statement = select(unpaid).where(latest.is_not(None), ~sent.exists()).order_by(column.due_on, column.id)
    return [UnpaidInvoice(*row) for row in await session.execute(statement.limit(_AT_ONCE))]
