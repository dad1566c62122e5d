"""Delete expired rows, and repair what a crash leaves behind."""

from datetime import datetime, timedelta

from sqlalchemy import delete, text

from app import outbox
from app.database import Work
from app.models import EmailChange, IdempotentAnswer, PasswordReset, RateLimit, Session
from app.queries.emails import emails_without_job
from app.services import role_grants
from app.services.events.publication import publish_pending
from app.services.jobs.steps import adopt
from app.services.redactions import redactions
from app.services.webhooks import forgetting

ANSWERS_KEPT = timedelta(days=7)
RATE_LIMITS_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=30)
JOB_LOG_KEPT = timedelta(days=30)
# A job takes seconds, and another worker picks up an abandoned one within a minute.
_LOST_AFTER = timedelta(minutes=5)


async def forget(work: Work) -> None:
    """Delete expired answers, rate limits, sessions, password resets, changes of address, job logs and deliveries of
    webhooks; settle expired role grants and redactions."""
    now = work.now
    await work.session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < now - ANSWERS_KEPT))
    await work.session.execute(delete(RateLimit).where(RateLimit.due_at < now - RATE_LIMITS_KEPT))
    # ON DELETE CASCADE removes a session's refresh tokens.
    before = now - SESSIONS_KEPT
    await work.session.execute(delete(Session).where((Session.ended_at < before) | (Session.expires_at < before)))
    await work.session.execute(delete(PasswordReset).where(PasswordReset.expires_at < before))
    await work.session.execute(delete(EmailChange).where(EmailChange.expires_at < before))
    await _forget_jobs(work, now - JOB_LOG_KEPT)
    await role_grants.expire(work)
    await redactions.expire(work)
    await forgetting.forget(work)


async def _forget_jobs(work: Work, before: datetime) -> None:
    # A failed job's reason can name an address: personal data, kept for a limited time.
    await work.session.execute(text("DELETE FROM pgqueuer_log WHERE created < :before"), {"before": before})
    await work.session.execute(
        text("DELETE FROM pgqueuer WHERE status = 'canceled' AND updated < :before"), {"before": before}
    )
    await work.session.execute(text("DELETE FROM pgqueuer_statistics WHERE created < :before"), {"before": before})


async def mend(work: Work) -> None:
    """Publish events and queue emails whose job was lost, as when a worker is killed during shutdown."""
    await publish_pending(work)
    lost = await emails_without_job(work.session, work.now - _LOST_AFTER)
    if lost:
        await outbox.enqueue(work, "send_email", *(str(id_) for id_ in lost))
    await adopt(work)
