"""Retry jobs and emails that failed for good."""

from sqlalchemy import text

from app import outbox
from app.database import Work
from app.models import EmailStatus
from app.queries.emails import emails_without_job, held_emails, held_jobs
from app.services import emails


async def retry_held(work: Work) -> int:
    """Queue every held job and email again, with fresh attempts, and return how many."""
    found = await held_jobs(work.session)
    for email in await held_emails(work.session, lock=True):
        await emails.note(work, email, EmailStatus.QUEUED)
    await work.session.flush()
    await work.session.execute(
        text(
            "UPDATE pgqueuer SET status = 'queued', attempts = 0, execute_after = now(), updated = now(), "
            "queue_manager_id = NULL WHERE status = 'failed'"
        )
    )
    orphans = await emails_without_job(work.session, work.now)
    if orphans:
        await outbox.enqueue(work, "send_email", *(str(id_) for id_ in orphans))
    return len(found)
