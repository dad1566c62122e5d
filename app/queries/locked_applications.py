"""Applications locked by hot statements, as objects that no session holds: a service that changes one writes it."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from app.database import Work
from app.domain.workflow import Status
from app.models import Application, Centre
from app.queries.hot import Hot
from app.queries.locking import locking
from app.queries.visibility import Reason, unfiltered


class ApplicationColumns(NamedTuple):
    """What steps read and change of an application."""

    id: UUID
    version: int
    reference: str
    centre_id: UUID
    centre_name: str
    form_version: str
    status: Status
    status_since: datetime
    returned_by_centre_lead: bool
    due_at: datetime | None
    clock_since: datetime | None
    working_days_used: int
    submitted_at: datetime | None
    centre_lead_id: UUID | None
    closed_at: datetime | None
    changed_at: datetime

    def detached(self) -> Application:
        """Make the object for the workflow."""
        values = self._asdict()
        return Application(_status=values.pop("status"), **values)


APPLICATION_COLUMNS = [getattr(Application, name).label(name) for name in ApplicationColumns._fields]
_ID = bindparam("application_id", type_=Uuid())
_LOCK = Hot(
    locking(
        select(*APPLICATION_COLUMNS).join(Centre, Centre.id == Application.centre_id).where(Application.id == _ID),
        # The centre first, so that no contact or role changes; others may still add rows that point to it.
        Centre,
        Application,
        key_share=True,
    ),
    ApplicationColumns,
)


@unfiltered(Reason.JUDGED)
async def lock_with_centre(work: Work, application_id: UUID) -> Application:
    """Lock the centre, then the application, and read it afresh."""
    if work.session.has_changes:
        await work.session.flush()
    row = await _LOCK.one(work.driver, application_id=application_id)
    assert row is not None
    return row.detached()
