"""Run the queued jobs and read the letters that they send."""

from dataclasses import dataclass

from sqlalchemy import select

from app.integrations.mailer import CapturedMail, read_captured
from app.jobs.drain import run_queued_jobs
from app.jobs.means import Means
from app.models import Email, EmailStatus


@dataclass
class Post:
    """The captured email, and the new messages since the last call."""

    means: Means
    read: int = 0

    async def new(self) -> dict[str, CapturedMail]:
        """Run the jobs; return new emails by kind. Fails if an email is left unsent."""
        await run_queued_jobs(self.means)
        async with self.means.database.transaction() as session:
            rows = list(await session.scalars(select(Email).order_by(Email.id)))
        assert {row.status for row in rows} <= {EmailStatus.SENT, EmailStatus.NOT_NEEDED}
        kinds = {row.subject: row.kind for row in rows}
        mails = read_captured(self.means.settings.data_dir / "mail")
        fresh, self.read = mails[self.read :], len(mails)
        return {kinds[mail.subject]: mail for mail in fresh}
