"""Closing what a centre has abandoned, and reopening it."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.applications import AlreadyRecognised, ApplicationOpen
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.queries.applications import FoundApplication, find_application
from app.schemas import applications as schemas
from app.schemas import closings
from app.services.applications import closing

routes = router("/v1/applications/{application_id}", "Applications")
ApplicationDep = Annotated[FoundApplication, Target]

_CLOSE = require(Permission.CLOSE_APPLICATION, find_application)


@routes.post(
    "/closing-warning",
    operation_id="warnOfClosing",
    summary="Warn the centre of closing",
    dependencies=[_CLOSE],
)
async def warn_of_closing(
    work: WorkDep, application: ApplicationDep, expected: ExpectedDep, body: closings.ClosingWarningCreate
) -> schemas.Application:
    """Tells the centre that its application will be closed, why, and from which day.

    Possible for a draft or a return that nobody has worked on for the settable number of days, and for an overdue
    invoice. A return cannot be closed before its answer-by dates are over. Whatever happens to the application
    meanwhile takes the warning back.
    """
    return await closing.warn(work, application, expected, body)


@routes.post(
    "/closure",
    operation_id="closeApplication",
    summary="Close an abandoned application",
    dependencies=[_CLOSE],
)
async def close_application(
    work: WorkDep, application: ApplicationDep, expected: ExpectedDep, body: closings.ClosureCreate
) -> schemas.Application:
    """Ends an application that the centre has abandoned, from the day that the warning names. Any unpaid amount on the
    invoice is credited in full, and the centre is told."""
    return await closing.close(work, application, expected, body)


@routes.post(
    "/reopening",
    operation_id="reopenApplication",
    summary="Reopen a closed application",
    dependencies=[_CLOSE],
)
@refuses(ApplicationOpen, AlreadyRecognised)
async def reopen_application(
    work: WorkDep, application: ApplicationDep, expected: ExpectedDep, body: closings.ReopeningCreate
) -> schemas.Application:
    """Brings a closed application back to the status that it was closed in, within the settable number of days. What
    closing credited is invoiced again, under a new number. Refused if the centre has started another application or is
    recognised."""
    return await closing.reopen(work, application, expected, body)
