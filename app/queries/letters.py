"""What emails say. They are the system's own: nothing here asks who may see it, and nothing else may use it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.events import EventType
from app.domain.invoices import EntryKind
from app.domain.workflow import EDITABLE
from app.models import (
    Application,
    Event,
    InitialApplication,
    Invoice,
    InvoiceEntry,
    Membership,
    Recognition,
    ReturnItem,
    Review,
    Submission,
)


async def alerted_together(session: AsyncSession, alerted_at: datetime) -> Sequence[InitialApplication]:
    """The initial applications of one alert whose log-in details still have not gone out (R05)."""
    rows = await session.scalars(
        select(InitialApplication)
        .where(InitialApplication.late_alert_sent_at == alerted_at, InitialApplication.log_in_details_sent_at.is_(None))
        .order_by(InitialApplication.received_at, InitialApplication.id)
    )
    return rows.all()


async def initial_application_of(session: AsyncSession, membership: Membership) -> InitialApplication | None:
    """The initial application that waits for the log-in details of this membership: its centre's first one.

    The first by id, for an invitation that is repeated takes a new time.
    """
    first = (
        select(Membership.id)
        .where(Membership.centre_id == membership.centre_id)
        .order_by(Membership.id)
        .limit(1)
        .scalar_subquery()
    )
    found: InitialApplication | None = await session.scalar(
        select(InitialApplication)
        .where(
            InitialApplication.centre_id == membership.centre_id,
            InitialApplication.log_in_details_sent_at.is_(None),
            first == membership.id,
        )
        .with_for_update()
    )
    return found


async def count_answered_items(session: AsyncSession, submission: Submission) -> int:
    """How many return items were answered before this submission: those on the one before it (R17)."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(ReturnItem)
            .join(Review, Review.id == ReturnItem.review_id)
            .join(Submission, Submission.id == Review.submission_id)
            .where(Submission.application_id == submission.application_id, Submission.number == submission.number - 1)
        )
        or 0
    )


async def items_of(session: AsyncSession, review: Review) -> Sequence[ReturnItem]:
    """What a return asks for, in its order."""
    rows = await session.scalars(
        select(ReturnItem).where(ReturnItem.review_id == review.id).order_by(ReturnItem.number)
    )
    return rows.all()


async def recognition_of(session: AsyncSession, application_id: UUID) -> Recognition | None:
    """The recognition that an application led to."""
    found: Recognition | None = await session.scalar(
        select(Recognition).where(Recognition.application_id == application_id)
    )
    return found


async def credited_invoice_number(session: AsyncSession, application_id: UUID) -> str | None:
    """The number of the application's invoice, if anything of it was credited."""
    found: str | None = await session.scalar(
        select(Invoice.number)
        .join(InvoiceEntry, InvoiceEntry.invoice_id == Invoice.id)
        .where(Invoice.application_id == application_id, InvoiceEntry.kind == EntryKind.CREDIT)
        .limit(1)
    )
    return found


async def last_event(session: AsyncSession, aggregate_id: UUID, *types: EventType) -> Event | None:
    """The last recorded change of these types to one thing."""
    found: Event | None = await session.scalar(
        select(Event)
        .where(Event.aggregate_id == aggregate_id, Event.type.in_([type_.value for type_ in types]))
        .order_by(Event.sequence.desc())
        .limit(1)
    )
    return found


async def open_drafts(session: AsyncSession) -> Sequence[UUID]:
    """Applications that a centre can still edit, and so needs a yes to the current documents for (R15)."""
    rows = await session.scalars(
        select(Application.id).where(Application.status.in_(EDITABLE)).order_by(Application.id)
    )
    return rows.all()
