"""Replace a person's password: nothing that the old one opened survives (R06)."""

from collections.abc import Collection
from uuid import UUID

from app.database import Work
from app.domain.security_events import SecurityEventKind
from app.models import Person
from app.queries.email_changes import void_email_changes
from app.queries.sessions import end_sessions, void_password_resets
from app.services import security_events


async def replace_password(work: Work, person: Person, hashed: str, because: str) -> Collection[UUID]:
    """Store the password, end every session, void every reset token and an open change of address. Return the ids of
    the sessions that ended.

    The person must be locked: a log-in opens its session under the same lock, and compares the hash that it verified.
    """
    person.password_hash = hashed
    person.password_changed_at = work.now
    person.first_password_expires_at = None
    # What somebody else requested must not undo the owner's choice.
    await void_password_resets(work, person.id)
    await void_changes_of_address(work, person.id, because)
    return await end_sessions(work, person.id, because)


async def void_changes_of_address(work: Work, person_id: UUID, because: str) -> None:
    """Cancel a change of address that waits: whoever asked for it may not be the owner."""
    for id_ in await void_email_changes(work, person_id):
        detail = {"email_change_id": str(id_), "because": because}
        await security_events.record(
            work, SecurityEventKind.EMAIL_ADDRESS_CHANGE_CANCELLED, person_id=person_id, detail=detail
        )
