"""Start an application (R11)."""

from app import outbox
from app.database import Work
from app.domain.events import EventType
from app.domain.policies import PolicyKey
from app.domain.refusals.applications import AlreadyRecognised, ApplicationOpen
from app.domain.sections import FORM_VERSION, DetailsGroup
from app.models import Application, ApplicationDetails, Policy
from app.queries import applications as queries
from app.queries.centres import AnyCentre, lock_centre
from app.schemas import applications as schemas
from app.services.applications import overview
from app.services.workflow.steps import record


async def start_application(work: Work, found: AnyCentre) -> schemas.Application:
    """Start the centre's application.

    Locks the centre, so that two people who start at once get one application. Raises `Conflict` when one is open or
    the centre is recognised.
    """
    centre = await lock_centre(work.session, found.id)
    if await queries.find_active_recognition(work.session, centre.id) is not None:
        raise AlreadyRecognised
    open_one = await queries.find_open_application(work.session, centre.id)
    if open_one is not None:
        raise ApplicationOpen(open_one.id, open_one.reference)
    assert work.actor.id is not None
    row = Application(
        reference=await outbox.next_reference(work, "CRA"),
        centre_id=centre.id,
        centre_name=centre.name,
        form_version=FORM_VERSION,
        status_since=work.now,
        returned_by_centre_lead=False,
        working_days_used=0,
        started_by=work.actor.id,
        started_at=work.now,
        changed_at=work.now,
    )
    work.session.add(row)
    await work.session.flush()
    work.session.add_all(ApplicationDetails(application_id=row.id, group=group, data={}) for group in DetailsGroup)
    work.session.add_all(Policy(application_id=row.id, key=key, changed_at=work.now) for key in PolicyKey)
    await record(work, row, EventType.APPLICATION_STARTED, f"Application {row.reference} started")
    return await overview.show(work, row)
