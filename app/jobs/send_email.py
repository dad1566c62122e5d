"""Send one queued letter once, and record that it went out (decision 25).

No transaction is open while the relay works, a password is hashed or a PDF is rendered:

1. Draft: load the letter, and commit the secret that it carries, before anybody can read it.
2. Claim: from here on no other attempt sends the letter, however long the database is away.
3. Hand the message to the relay.
4. Note what the relay said, as often as it takes. The message is not handed over again.

Only if the worker dies between the third step and the fourth, or never hears the relay's answer, is the letter sent
again: with the same `Message-ID` and the same first password.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import structlog

from app.database import Work
from app.integrations.mailer import Accepted, Attachment, MailUnavailable, Message, build_message
from app.jobs.means import Means
from app.jobs.noting import NotNow, surely, until_noted
from app.letters.catalogue import restore
from app.letters.letter import Draft, Letter, LogInLetter
from app.letters.readers import reply_to
from app.letters.rendering import RenderedLetter, render
from app.models import Email, EmailStatus
from app.pdf.issued.keeping import PDF, IssuedDocument
from app.queries.emails import find_queued_email, lock_email
from app.security.keys import signing_key
from app.security.passwords import NewPassword, first_password_of
from app.services import emails
from app.services.stored_files.issued import issued_content

log = structlog.get_logger(__name__)

# How long the database must have answered before a claim counts as stale: after an outage its worker comes back, too.
_BACK_SECONDS = 30.0
_SEED_BYTES = 32


@dataclass(frozen=True)
class _Prepared:
    draft: Draft
    rendered: RenderedLetter
    attachments: tuple[Attachment, ...]
    made_at: datetime
    reply_to: str


async def send_email(means: Means, email_id: UUID) -> None:
    """Send the email if it is still queued and still needed.

    Raises `MailRefused` for a message that will never be accepted, `MailUnavailable` for one to retry, `NotNow` while
    another attempt has it, and `Unavailable` if nothing was sent because the database is away.
    """
    attempt = uuid4()
    prepared = await _prepare(means, email_id, attempt)
    if prepared is None:
        return
    message = _message(means, email_id, prepared)
    await _claim(means, email_id, attempt)
    try:
        accepted = await means.mailer.send(message)
    except BaseException as error:
        # Refused, out of reach, or cut off: whoever is next may send it.
        words = str(error) if isinstance(error, MailUnavailable) else None
        await surely(means, partial(emails.release, email_id=email_id, attempt=attempt, deferred=words))
        raise
    await _note(means, email_id, prepared, accepted)
    log.info("email_sent", email=str(email_id), to=len(prepared.draft.to))


async def hold_email(means: Means, email_id: UUID, reason: str) -> None:
    """Record that the email did not go out, and why. It waits for a person."""

    async def hold(work: Work) -> None:
        email = await lock_email(work.session, email_id)
        if email is not None and email.status is EmailStatus.QUEUED:
            await emails.note(work, email, EmailStatus.HELD, reason)

    await until_noted(means, hold)


async def _prepare(means: Means, email_id: UUID, attempt: UUID) -> _Prepared | None:
    drafted = await _draft(means, email_id, attempt)
    if drafted is None:
        return None
    letter, draft, made_at = drafted
    rendered = render(letter, draft.words, means.settings.organisation)
    enclosures = [await _attached(means, each) for each in draft.enclosures]
    replies = reply_to(means.settings, letter.stage)
    return _Prepared(draft, rendered, (*draft.attachments, *enclosures), made_at, replies)


async def _attached(means: Means, document: IssuedDocument) -> Attachment:
    return Attachment(document.file_name, PDF, await issued_content(means.database, means.store, document))


async def _draft(means: Means, email_id: UUID, attempt: UUID) -> tuple[type[Letter], Draft, datetime] | None:
    async with means.work() as work:
        waiting = await find_queued_email(work.session, email_id)
        if waiting is None:
            return None
        letter, password = restore(waiting.kind, waiting.arguments), None
        seed = waiting.password_seed or secrets.token_bytes(_SEED_BYTES)
        if isinstance(letter, LogInLetter):
            async with work.aside():
                password = await first_password_of(signing_key(means.settings), seed)
        email = await lock_email(work.session, email_id)
        if email is None or email.status is not EmailStatus.QUEUED:
            return None
        if email.sending_since is not None:
            await _claim_in(work, means, email_id, attempt)
        draft = await _load(work, email, letter, password, seed)
        if draft is None or not draft.to:
            await emails.note(work, email, EmailStatus.NOT_NEEDED)
            log.info("email_not_needed", email=str(email_id), kind=email.kind)
            return None
        return type(letter), draft, work.now


async def _load(work: Work, email: Email, letter: Letter, password: NewPassword | None, seed: bytes) -> Draft | None:
    if not isinstance(letter, LogInLetter):
        return await letter.load(work)
    if email.password_seed not in (None, seed):
        raise NotNow("another attempt has just made the first password")
    email.password_seed = seed
    return await letter.load(work, password)


async def _claim(means: Means, email_id: UUID, attempt: UUID) -> None:
    """Raises `NotNow` if another attempt has the letter, and `Unavailable`."""
    try:
        async with means.work() as work:
            await _claim_in(work, means, email_id, attempt)
    except NotNow:
        raise
    except BaseException:
        # Nobody knows whether the claim is there.
        await surely(means, partial(emails.release, email_id=email_id, attempt=attempt))
        raise


async def _claim_in(work: Work, means: Means, email_id: UUID, attempt: UUID) -> None:
    repeat_after = means.settings.smtp.repeat_after_seconds
    heard = means.contact.seconds >= min(_BACK_SECONDS, repeat_after)
    stale_after = timedelta(seconds=repeat_after) if heard else None
    if not await emails.claim(work, email_id, attempt, stale_after=stale_after):
        raise NotNow("another attempt to send it is under way")


async def _note(means: Means, email_id: UUID, prepared: _Prepared, accepted: Accepted) -> None:
    try:
        await surely(means, partial(_note_sent, email_id=email_id, prepared=prepared, accepted=accepted))
    except Exception as error:
        # What follows from the letter is broken. It must not go out again for that.
        log.error("fault", email=str(email_id), exc_info=error)
        alone = replace(prepared, draft=replace(prepared.draft, once_sent=None))
        await surely(means, partial(_note_sent, email_id=email_id, prepared=alone, accepted=accepted))


async def _note_sent(work: Work, *, email_id: UUID, prepared: _Prepared, accepted: Accepted) -> None:
    email = await lock_email(work.session, email_id)
    if email is None or email.status in (EmailStatus.SENT, EmailStatus.BOUNCED):
        return
    await emails.note_sent(work, email, to=prepared.draft.to, subject=prepared.rendered.subject, words=accepted.words)
    for address, words in accepted.refused.items():
        await emails.note_bounced(work, email, address, words)
    if prepared.draft.once_sent is not None:
        await prepared.draft.once_sent(work)


def _message(means: Means, email_id: UUID, prepared: _Prepared) -> Message:
    sender = means.settings.mail_from
    return build_message(
        sender=sender,
        to=prepared.draft.to,
        subject=prepared.rendered.subject,
        text=prepared.rendered.text,
        html=prepared.rendered.html,
        # The same id for a repeat of the same letter, so that a mail system can drop it (RFC 5322 section 3.6.4).
        message_id=f"<{email_id}@{emails.domain_of_ids(means.settings)}>",
        date=prepared.made_at,
        reply_to=prepared.reply_to,
        attachments=prepared.attachments,
    )
