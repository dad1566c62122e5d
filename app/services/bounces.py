"""Mail that came back: record it with the letter, once, for those whom it was sent to."""

from functools import partial
from uuid import UUID

import structlog
from anyio import to_thread

from app.database import Work
from app.domain.emails import BounceAction, BounceOutcome, DeliveryOutcome, EmailStatus, address_of
from app.integrations.bounces import Notice, Unread, open_mailbox, read_notices
from app.models import Email
from app.queries.deliveries import is_logged
from app.queries.emails import lock_email
from app.schemas import bounces as schemas
from app.services import emails

log = structlog.get_logger(__name__)
_AT_ONCE = 100
_SENT = frozenset({EmailStatus.SENT, EmailStatus.BOUNCED})


async def read_mailbox(work: Work) -> None:
    """Read the unread notices in the mailbox, if there is one, record them, and mark them as read afterwards.

    Raises `MailboxError`.
    """
    mailbox = open_mailbox(work.settings)
    if mailbox is None:
        return
    async with work.aside():
        unread = await to_thread.run_sync(mailbox.fetch_unread, _AT_ONCE)
        notices = await to_thread.run_sync(_notices_in, unread)
    outcomes = [await record(work, notice) for notice in notices]
    if unread.messages:
        work.afterwards.append(partial(to_thread.run_sync, mailbox.mark_read, unread))
        log.info("bounces_read", messages=len(unread.messages), recorded=outcomes.count(BounceOutcome.RECORDED))


def _notices_in(unread: Unread) -> list[Notice]:
    # In the order of the rows that will be locked.
    found = [notice for raw in unread.messages.values() for notice in read_notices(raw)]
    return sorted(found, key=lambda notice: notice.email_id)


async def report(work: Work, body: schemas.MailBounceCreate) -> schemas.MailBounceReceipt:
    """Record what another system reports."""
    local, _, domain = body.message_id.strip("<>").rpartition("@")
    outcome, email_id = BounceOutcome.NOT_OURS, _uuid(local)
    if email_id is not None:
        action = body.action if body.action is not None else _action_of(body.status)
        words = body.diagnostic or body.status
        notice = Notice(email_id, domain.lower(), (body.recipient,), action, body.status, words)
        outcome = await record(work, notice)
    return schemas.MailBounceReceipt(
        outcome=outcome, letter_id=email_id if outcome is not BounceOutcome.NOT_OURS else None
    )


async def record(work: Work, notice: Notice) -> BounceOutcome:
    """Log what the mail system says about a recipient of a letter that we sent; a failure marks the letter as bounced.

    A notice about anybody or anything else is ignored, as is a second one that says the same.
    """
    email = await lock_email(work.session, notice.email_id)
    if email is None or email.status not in _SENT or notice.domain not in (None, emails.domain_of_ids(work.settings)):
        return BounceOutcome.NOT_OURS
    recipient = _recipient(email, notice)
    if recipient is None:
        return BounceOutcome.NOT_OURS
    failed = notice.action is BounceAction.FAILED
    if await is_logged(
        work.session, email.id, DeliveryOutcome.BOUNCED if failed else DeliveryOutcome.DELAYED, recipient
    ):
        return BounceOutcome.ALREADY_RECORDED
    note = emails.note_bounced if failed else emails.note_delayed
    await note(work, email, recipient, notice.words, notice.code)
    await work.session.flush()
    return BounceOutcome.RECORDED


def _recipient(email: Email, notice: Notice) -> str | None:
    """The recipient in our spelling. One who has mail forwarded is known by another address where it failed."""
    to: list[str] = [address_of(one) for one in (email.recipients or {}).get("to", [])]
    known = {address.casefold(): address for address in to}
    for named in notice.recipients:
        if named.casefold() in known:
            return known[named.casefold()]
    return to[0] if len(to) == 1 else None


def _action_of(status: str) -> BounceAction:
    return BounceAction.FAILED if status.startswith("5") else BounceAction.DELAYED


def _uuid(text: str) -> UUID | None:
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None
