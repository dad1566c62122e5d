"""Replace a person's password: nothing that the old one opened survives (R06)."""

from collections.abc import Collection
from uuid import UUID

from app.database import Work
from app.models import Person
from app.queries.sessions import end_sessions, void_password_resets


async def replace_password(work: Work, person: Person, hashed: str, because: str) -> Collection[UUID]:
    """Store the password, end every session, void every reset token, and return the ids of the sessions that ended.

    The person must be locked: a log-in opens its session under the same lock, and compares the hash that it verified.
    """
    person.password_hash = hashed
    person.password_changed_at = work.now
    person.first_password_expires_at = None
    # A token that somebody else requested must not undo the owner's choice.
    await void_password_resets(work, person.id)
    return await end_sessions(work, person.id, because)
