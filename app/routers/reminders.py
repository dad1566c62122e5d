"""Reminders about an application: what there is to remind of, when it was sent, and sending it by hand."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.reminders import NothingToRemindOf
from app.http.access import require
from app.http.dependencies import Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import Application
from app.queries.applications import find_application
from app.schemas import reminders as schemas
from app.services import reminding
from app.services.rate_limits import Limit

routes = router("/v1/applications/{application_id}/reminders", "Letters")
_BY_HAND = (Limit("reminders_by_hand", 120, 3600),)
ApplicationDep = Annotated[Application, Target]


@routes.get(
    "",
    operation_id="listReminders",
    summary="List an application's reminders",
    dependencies=[require(Permission.READ_LETTERS, find_application)],
)
async def list_reminders(work: WorkDep, row: ApplicationDep) -> schemas.ReminderList:
    """Returns what there is to remind of now, when each reminder goes out by itself, and when each was sent. A super
    user sees those to the centre, staff also the alerts about late reviews and decisions."""
    return await reminding.list_all(work, row)


@routes.post(
    "",
    operation_id="sendReminder",
    status_code=201,
    summary="Send a reminder by hand",
    dependencies=[
        require(
            Permission.SEND_REMINDERS,
            find_application,
            limits=_BY_HAND,
            location="/v1/applications/{application_id}/reminders",
        )
    ],
)
@refuses(NothingToRemindOf)
async def send_reminder(work: WorkDep, row: ApplicationDep, body: schemas.ReminderSend) -> schemas.Reminder:
    """Sends one of the listed reminders now, before its time or again. One that was sent by hand does not go out by
    itself any more for the same moment."""
    return await reminding.send(work, row, body)
