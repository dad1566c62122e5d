"""What becomes of an email. Its status changes here only, and so does the claim of the worker that sends it.

A worker claims a letter before it hands it to the relay. Nobody else sends the letter while the claim stands, whatever
the queue believes about the worker: a job whose heartbeats are missing may well be running.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import CursorResult, func, or_, update

from app.database import Work
from app.models import Email, EmailStatus


async def note_sent(work: Work, email: Email, *, to: Sequence[str], subject: str) -> None:
    """The relay has accepted the email."""
    email.recipients = {"to": list(to)}
    email.subject = subject
    email.sent_at = work.now
    await note(work, email, EmailStatus.SENT)


async def note(work: Work, email: Email, status: EmailStatus, reason: str | None = None) -> None:
    """Record the new status of an email that the caller has locked, and why if it did not go out."""
    email.status = EmailStatus(status)
    email.failure = reason
    email.sending_since = email.sending_by = None
    if status in (EmailStatus.SENT, EmailStatus.NOT_NEEDED):
        # From now on nobody can work the first password out.
        email.password_seed = None


async def claim(work: Work, email_id: UUID, attempt: UUID, *, stale_after: timedelta | None) -> bool:
    """Claim a queued email for one attempt to send it. False if it is no longer queued, or another attempt has it.

    A claim that is older than `stale_after` counts for nothing: its worker must have died. With None every claim
    counts. Age is told by the database's clock, which all workers share.
    """
    free = or_(Email.sending_since.is_(None), Email.sending_by == attempt)
    if stale_after is not None:
        free = or_(free, Email.sending_since < func.statement_timestamp() - stale_after)
    claimed = await work.session.execute(
        update(Email)
        .where(Email.id == email_id, Email.status == EmailStatus.QUEUED, free)
        .values(sending_since=func.statement_timestamp(), sending_by=attempt)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(claimed, CursorResult)
    return claimed.rowcount == 1


async def release(work: Work, email_id: UUID, attempt: UUID) -> None:
    """Give the attempt's claim up: the letter may be sent again."""
    await work.session.execute(
        update(Email)
        .where(Email.id == email_id, Email.sending_by == attempt)
        .values(sending_since=None, sending_by=None)
        .execution_options(synchronize_session=False)
    )
