"""Sending one owed email, at least once, and saying afterwards what went to whom.

Three transactions, and none is open while the relay is talked to: look up what the letter says (a secret that it
carries is made and committed here, before anybody is told of it); hand it over; note that it went.
"""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from uuid import UUID

import structlog

from app.emails.rendering import RenderedEmail, render
from app.integrations.mailer import build_message
from app.jobs.emails.letter import Letter
from app.jobs.emails.registry import LOADERS
from app.jobs.means import Means
from app.models import EmailStatus
from app.queries.emails import lock_email

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Prepared:
    letter: Letter
    rendered: RenderedEmail
    made_at: datetime


async def send_email(means: Means, email_id: UUID) -> None:
    """Send the email if it is still owed and still needed.

    Raises `MailRefused` for what will never be accepted and `MailUnavailable` for what may be later.
    """
    prepared = await _prepare(means, email_id)
    if prepared is None:
        return
    letter = prepared.letter
    await means.mailer.send(
        build_message(
            sender=means.settings.mail_from,
            to=letter.to,
            subject=prepared.rendered.subject,
            text=prepared.rendered.text,
            html=prepared.rendered.html,
            message_id=_message_id(means.settings.mail_from, email_id, letter),
            date=prepared.made_at,
            attachments=letter.attachments,
        )
    )
    await _note_sent(means, email_id, prepared)
    log.info("email_sent", email=str(email_id), to=len(letter.to))


async def _prepare(means: Means, email_id: UUID) -> _Prepared | None:
    async with means.work() as work:
        email = await lock_email(work.session, email_id)
        if email is None or email.status is not EmailStatus.QUEUED:
            return None
        letter = await LOADERS[email.kind](work, means.store, email.arguments)
        if letter is None or not letter.to:
            email.status = EmailStatus.NOT_NEEDED
            log.info("email_not_needed", email=str(email_id), kind=email.kind)
            return None
        return _Prepared(letter, render(letter.message, means.settings.organisation), work.now)


async def _note_sent(means: Means, email_id: UUID, prepared: _Prepared) -> None:
    async with means.work() as work:
        email = await lock_email(work.session, email_id)
        if email is None or email.status is EmailStatus.SENT:
            return
        email.status = EmailStatus.SENT
        email.recipients = {"to": list(prepared.letter.to)}
        email.subject = prepared.rendered.subject
        email.failure = None
        email.sent_at = work.now
        if prepared.letter.once_sent is not None:
            await prepared.letter.once_sent(work)


async def hold_email(means: Means, email_id: UUID, reason: str) -> None:
    """Note that the email did not go out, and why; it waits for a person."""
    async with means.work() as work:
        email = await lock_email(work.session, email_id)
        if email is not None and email.status is EmailStatus.QUEUED:
            email.status = EmailStatus.HELD
            email.failure = reason


def _message_id(sender: str, email_id: UUID, letter: Letter) -> str:
    """The same for a repeat of the same letter, so that a mail system can drop it (RFC 5322 section 3.6.4).

    A letter with a secret is never the same: the second one replaces the password of the first and must not be
    dropped for it.
    """
    domain = sender.rpartition("@")[2].strip("> ")
    again = f".{token_hex(8)}" if letter.carries_secret else ""
    return f"<{email_id}{again}@{domain}>"
