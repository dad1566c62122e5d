"""What becomes of an email. Its status changes here only, and so does the claim of the worker that sends it.

A worker claims a letter before it hands it to the relay. Nobody else sends the letter while the claim stands, whatever
the queue believes about the worker: a job whose heartbeats are missing may well be running.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import CursorResult, func, or_, update
from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain.emails import DeliveryOutcome, plain, status_code
from app.domain.events import EventType
from app.models import Email, EmailDelivery, EmailStatus
from app.queries.deliveries import find_owner
from app.settings import Settings

_OUTCOMES = {
    EmailStatus.QUEUED: DeliveryOutcome.RETRIED,
    EmailStatus.SENT: DeliveryOutcome.SENT,
    EmailStatus.HELD: DeliveryOutcome.HELD,
    EmailStatus.NOT_NEEDED: DeliveryOutcome.NOT_NEEDED,
    EmailStatus.DISCARDED: DeliveryOutcome.DISCARDED,
}
_OF_A_PERSON = frozenset({DeliveryOutcome.RETRIED, DeliveryOutcome.DISCARDED})


async def note_sent(work: Work, email: Email, *, to: Sequence[str], subject: str, words: str | None) -> None:
    """The relay has accepted the email, and said so in these words."""
    email.recipients = {"to": list(to)}
    email.subject = subject
    email.sent_at = work.now
    await note(work, email, EmailStatus.SENT)
    _log(work, email.id, DeliveryOutcome.SENT, words=words)


async def note_bounced(work: Work, email: Email, recipient: str, words: str, code: str | None = None) -> None:
    """A mail system has returned the email, which the caller has locked, to this recipient for good."""
    words = plain(words)
    email.status = EmailStatus.BOUNCED
    email.failure = words
    _log(work, email.id, DeliveryOutcome.BOUNCED, recipient=recipient, words=words, code=code)
    owner = await find_owner(work.session, email)
    await outbox.record(
        work,
        EventType.LETTER_BOUNCED,
        ("letter", email.id),
        summary=f"The email “{email.subject}” came back",
        application_id=owner.application_id,
        centre_id=owner.centre_id,
        centre_sees=False,
        after={"recipient": recipient, "words": words},
    )


async def note_delayed(work: Work, email: Email, recipient: str, words: str, code: str | None = None) -> None:
    """The recipient's mail system is still trying."""
    _log(work, email.id, DeliveryOutcome.DELAYED, recipient=recipient, words=words, code=code)


async def note(work: Work, email: Email, status: EmailStatus, reason: str | None = None) -> None:
    """Record the new status of an email that the caller has locked, and why if it did not go out."""
    email.status = EmailStatus(status)
    email.failure = plain(reason) if reason else None
    email.sending_since = email.sending_by = None
    if status in (EmailStatus.SENT, EmailStatus.NOT_NEEDED, EmailStatus.DISCARDED):
        # From now on nobody can work the first password out.
        email.password_seed = None
    if status is not EmailStatus.SENT:
        _log(work, email.id, _OUTCOMES[status], words=reason)


def _log(
    work: Work,
    email_id: UUID,
    outcome: DeliveryOutcome,
    *,
    recipient: str | None = None,
    words: str | None = None,
    code: str | None = None,
) -> None:
    by = work.actor if outcome in _OF_A_PERSON else None
    work.session.add(
        EmailDelivery(
            id=uuid7(),
            email_id=email_id,
            at=work.now,
            outcome=outcome,
            recipient=recipient,
            code=code or status_code(words or ""),
            words=plain(words) if words else None,
            actor_id=by.id if by is not None else None,
            actor_name=by.name if by is not None else None,
        )
    )


def domain_of_ids(settings: Settings) -> str:
    """The domain of every `Message-ID`: that of the sender."""
    return settings.mail_from.rpartition("@")[2].strip("> ").lower()


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


async def release(work: Work, email_id: UUID, attempt: UUID, deferred: str | None = None) -> None:
    """Give the attempt's claim up: the letter may be sent again. If it was `deferred`, log in which words."""
    if deferred is not None:
        _log(work, email_id, DeliveryOutcome.DEFERRED, words=deferred)
    await work.session.execute(
        update(Email)
        .where(Email.id == email_id, Email.sending_by == attempt)
        .values(sending_since=None, sending_by=None)
        .execution_options(synchronize_session=False)
    )
