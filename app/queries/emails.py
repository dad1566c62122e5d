"""Queued emails and the jobs that send them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.models import Email, EmailStatus
from app.queries.locking import lock_found, locking
from app.queries.paging import fetch_page, page_of
from app.queries.visibility import Found, Reason, unfiltered
from app.schemas.sandbox import SandboxEmailQuery


@unfiltered(Reason.SYSTEM)
async def lock_email(session: AsyncSession, email_id: UUID) -> Email | None:
    """Lock the email."""
    return await lock_found(session, select(Email).where(Email.id == email_id))


@unfiltered(Reason.JUDGED)
async def lock_emails(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[Email]:
    """Lock the emails, in the order of their ids."""
    statement = locking(select(Email).where(Email.id.in_(ids)).order_by(Email.id))
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


@unfiltered(Reason.SYSTEM)
async def find_queued_email(session: AsyncSession, email_id: UUID) -> Email | None:
    """Find the email unless it is sent, held or not needed."""
    statement = select(Email).where(Email.id == email_id, Email.status == EmailStatus.QUEUED)
    found: Email | None = await session.scalar(statement)
    return found


@unfiltered(Reason.SYSTEM)
async def emails_without_job(session: AsyncSession, queued_before: datetime) -> Sequence[UUID]:
    """List queued emails that no job will send, as after a worker was stopped in the middle."""
    rows = await session.scalars(
        select(Email.id)
        .where(
            Email.status == EmailStatus.QUEUED,
            Email.queued_at < queued_before,
            text(
                "NOT EXISTS (SELECT FROM pgqueuer WHERE entrypoint = 'send_email' AND pgqueuer.status <> 'failed' "
                "AND payload = convert_to(emails.id::text, 'UTF8'))"
            ),
        )
        .order_by(Email.id)
        .limit(1000)
    )
    return rows.all()


@unfiltered(Reason.PERMITTED)
async def list_sent_emails(session: AsyncSession, query: SandboxEmailQuery) -> tuple[list[Email], str | None]:
    """List a page of sent emails, newest first: ids are ordered by time."""
    statement = select(Email).where(Email.status == EmailStatus.SENT)
    if query.kind is not None:
        statement = statement.where(Email.kind == query.kind)
    if query.to is not None:
        # Recipients are stored as `Jane Doe <jane@example.org>`.
        to = func.jsonb_array_elements_text(Email.recipients["to"]).column_valued("to")
        wanted = func.lower(to).endswith(f"<{query.to.lower()}>", autoescape=True)
        statement = statement.where(select(to).where(wanted).exists())
    return await fetch_page(session, statement, page_of(query, [Email.id], descending=True))


@unfiltered(Reason.PERMITTED)
async def find_sent_email(work: Work, ids: Mapping[str, UUID]) -> Found[Email] | None:
    """Find the email in the path, if it was sent."""
    row = await work.session.scalar(select(Email).where(Email.id == ids["email_id"], Email.status == EmailStatus.SENT))
    return Found(row) if row is not None else None
