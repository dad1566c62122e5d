"""End a person's access to a centre (R10)."""

from collections.abc import Mapping

from app import outbox
from app.database import Work
from app.domain.actors import CentreRole
from app.domain.events import EventType
from app.domain.security_events import SecurityEventKind
from app.models import Membership
from app.queries.people import has_a_place
from app.queries.sessions import end_sessions
from app.services import security_events

NOTHING: Mapping[str, object] = {}


def role_in_words(role: CentreRole) -> str:
    """For summaries of changes."""
    return "a super user" if role is CentreRole.SUPER_USER else "a user"


async def end(work: Work, row: Membership, summary: str, more: Mapping[str, object] = NOTHING) -> None:
    """Deactivate the locked user; their sessions end unless they serve another centre or are staff. `more` is recorded
    beside it."""
    row.deactivated_at = work.now
    await outbox.record(
        work,
        EventType.USER_DEACTIVATED,
        ("user", row.id),
        summary=summary,
        centre_id=row.centre_id,
        before={"deactivated_at": None},
        after={"deactivated_at": work.now.isoformat(), **more},
    )
    await work.session.flush()
    if not row.pending and not await has_a_place(work.session, row.person_id):
        await end_sessions(work, row.person_id, "deactivated")


async def note_on_behalf(work: Work, kind: SecurityEventKind, row: Membership, **detail: object) -> None:
    """Record as a security event that staff gave or took access to a centre."""
    named = {"centre_id": str(row.centre_id), "user_id": str(row.id), "role": row.role.value, **detail}
    await security_events.record(work, kind, person_id=row.person_id, detail=named)
