"""Send one queued letter at least once, and record that it went out.

No transaction is open while the relay works, a password is hashed or a PDF is rendered. The first loads the letter and
commits the secret that it carries, before anybody can read it. Then the relay takes the message, and a second
transaction records it as sent.
"""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from uuid import UUID

import structlog

from app.integrations.mailer import Attachment, build_message
from app.jobs.means import Means
from app.letters.catalogue import restore
from app.letters.letter import Draft, Letter, LogInLetter
from app.letters.readers import reply_to
from app.letters.rendering import RenderedLetter, render
from app.models import EmailStatus
from app.pdf.issued.keeping import PDF, issue
from app.queries.emails import find_queued_email, lock_email
from app.security.passwords import new_first_password

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Prepared:
    draft: Draft
    rendered: RenderedLetter
    attachments: tuple[Attachment, ...]
    made_at: datetime
    reply_to: str


async def send_email(means: Means, email_id: UUID) -> None:
    """Send the email if it is still queued and still needed.

    Raises `MailRefused` for a message that will never be accepted, and `MailUnavailable` for one to retry.
    """
    prepared = await _prepare(means, email_id)
    if prepared is None:
        return
    draft = prepared.draft
    await means.mailer.send(
        build_message(
            sender=means.settings.mail_from,
            to=draft.to,
            subject=prepared.rendered.subject,
            text=prepared.rendered.text,
            html=prepared.rendered.html,
            message_id=_message_id(means.settings.mail_from, email_id, draft),
            date=prepared.made_at,
            reply_to=prepared.reply_to,
            attachments=prepared.attachments,
        )
    )
    await _note_sent(means, email_id, prepared)
    log.info("email_sent", email=str(email_id), to=len(draft.to))


async def _prepare(means: Means, email_id: UUID) -> _Prepared | None:
    drafted = await _draft(means, email_id)
    if drafted is None:
        return None
    letter, draft, made_at = drafted
    rendered = render(letter, draft.words, means.settings.organisation)
    enclosures = [Attachment(each.file_name, PDF, await issue(means.store, each)) for each in draft.enclosures]
    replies = reply_to(means.settings, letter.stage)
    return _Prepared(draft, rendered, (*draft.attachments, *enclosures), made_at, replies)


async def _draft(means: Means, email_id: UUID) -> tuple[type[Letter], Draft, datetime] | None:
    async with means.work() as work:
        waiting = await find_queued_email(work.session, email_id)
        if waiting is None:
            return None
        letter, password = restore(waiting.kind, waiting.arguments), None
        if isinstance(letter, LogInLetter):
            async with work.aside():
                password = await new_first_password()
        email = await lock_email(work.session, email_id)
        if email is None or email.status is not EmailStatus.QUEUED:
            return None
        draft = await (letter.load(work, password) if isinstance(letter, LogInLetter) else letter.load(work))
        if draft is None or not draft.to:
            email.status = EmailStatus.NOT_NEEDED
            log.info("email_not_needed", email=str(email_id), kind=email.kind)
            return None
        return type(letter), draft, work.now


async def _note_sent(means: Means, email_id: UUID, prepared: _Prepared) -> None:
    async with means.work() as work:
        email = await lock_email(work.session, email_id)
        if email is None or email.status is EmailStatus.SENT:
            return
        email.status = EmailStatus.SENT
        email.recipients = {"to": list(prepared.draft.to)}
        email.subject = prepared.rendered.subject
        email.failure = None
        email.sent_at = work.now
        if prepared.draft.once_sent is not None:
            await prepared.draft.once_sent(work)


async def hold_email(means: Means, email_id: UUID, reason: str) -> None:
    """Record that the email did not go out, and why. It waits for a person."""
    async with means.work() as work:
        email = await lock_email(work.session, email_id)
        if email is not None and email.status is EmailStatus.QUEUED:
            email.status = EmailStatus.HELD
            email.failure = reason


def _message_id(sender: str, email_id: UUID, draft: Draft) -> str:
    """The same id for a repeat of the same letter, so that a mail system can drop it (RFC 5322 section 3.6.4).

    A letter with a secret gets a new id each time: the repeat carries a new password and must not be dropped.
    """
    domain = sender.rpartition("@")[2].strip("> ")
    again = f".{token_hex(8)}" if draft.carries_secret else ""
    return f"<{email_id}{again}@{domain}>"
