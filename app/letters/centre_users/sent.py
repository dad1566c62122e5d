"""Record that log-in details were sent (R04, R05)."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.models import Membership
from app.queries.letters import initial_application_of
from app.queries.locking import lock_row


async def note_log_in_details_sent(work: Work, membership_id: UUID) -> None:
    """Record it on the membership and, for a centre's first super user, on the initial application: its deadline is
    met."""
    membership = await lock_row(work.session, Membership, membership_id)
    initial_application = await initial_application_of(work.session, membership)
    membership.log_in_details_sent_at = work.now
    if initial_application is not None:
        initial_application.log_in_details_sent_at = work.now
    await outbox.record(
        work,
        EventType.LOG_IN_DETAILS_SENT,
        ("user", membership.id),
        summary="Log-in details sent",
        centre_id=membership.centre_id,
        after={"initial_application": initial_application.reference if initial_application else None},
    )


def record_sent(membership: Membership) -> Callable[[Work], Awaitable[None]]:
    """For `Draft.once_sent`: record the log-in details of this membership as sent."""

    async def record(work: Work) -> None:
        await note_log_in_details_sent(work, membership.id)

    return record
