"""What a centre does beside its application, which shows that it has not abandoned it."""

from uuid import UUID

from sqlalchemy import DateTime, Integer, Uuid, bindparam, cast, update

from app.database import Work
from app.domain.statuses import ABANDONABLE
from app.models import Application
from app.queries.hot import Hot

_WARNED = Application.closing_warned_at == Application.changed_at
_TOUCH = Hot(
    update(Application)
    .where(
        Application.centre_id == bindparam("centre_id", type_=Uuid()),
        Application.closed_at.is_(None),
        Application.status.in_(sorted(ABANDONABLE)),
    )
    .values(
        changed_at=bindparam("now", type_=DateTime(timezone=True)),
        # Only where a warning goes is the application another one to its readers.
        version=Application.version + cast(_WARNED.is_(True), Integer()),
    ),
    tuple[()],
)


async def note_activity(work: Work, centre_id: UUID) -> None:
    """Count the application of the centre as worked on today, which takes a warning of closing back.

    For changes of the centre's own records. Locks the application after whatever the caller has locked.
    """
    await _TOUCH.execute(work.driver, centre_id=centre_id, now=work.now)
