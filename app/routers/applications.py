"""The application as a whole: start, inbox, overview, readiness, withdrawal (R07, R11, R16)."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.domain.refusals.applications import AlreadyRecognised, ApplicationOpen
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.queries.application_rows import ApplicationRow, find_application_row
from app.queries.applications import FoundApplication, find_application
from app.queries.centres import CentreRow, find_centre
from app.queries.home import HomeRow, find_home
from app.schemas import applications as schemas
from app.schemas.home import CentreHome
from app.services.applications import home, listing, overview, readiness, start, withdrawal
from app.services.rate_limits import Limit

routes = router("/v1", "Applications")
ApplicationDep = Annotated[FoundApplication, Target]
ApplicationRowDep = Annotated[ApplicationRow, Target]
CentreDep = Annotated[CentreRow, Target]
HomeDep = Annotated[HomeRow, Target]

_READ = require(Permission.READ_APPLICATION, find_application_row)


@routes.get(
    "/centres/{centre_id}/home",
    operation_id="getCentreHome",
    summary="Read a centre's home page",
    dependencies=[require(Permission.READ_CENTRE, find_home)],
)
async def get_centre_home(work: WorkDep, row: HomeDep) -> CentreHome:
    """Returns what the centre has done, what is missing, and what comes next."""
    return await home.show(work, row)


@routes.post(
    "/centres/{centre_id}/applications",
    operation_id="startApplication",
    status_code=201,
    summary="Start the application",
    dependencies=[
        require(
            Permission.START_APPLICATION,
            find_centre,
            location="/v1/applications/{id}",
            limits=(Limit("start_application", 20, 3600),),
        )
    ],
)
@refuses(ApplicationOpen, AlreadyRecognised)
async def start_application(work: WorkDep, centre: CentreDep) -> schemas.Application:
    """Starts an application for centre recognition. Refused if the centre has an open application or is already
    recognised."""
    return await start.start_application(work, centre)


@routes.get(
    "/centres/{centre_id}/applications",
    operation_id="listCentreApplications",
    summary="List a centre's applications",
    dependencies=[require(Permission.READ_APPLICATION, find_centre)],
)
async def list_centre_applications(
    work: WorkDep, centre: CentreDep, query: Annotated[schemas.CentreApplicationQuery, Query()]
) -> schemas.ApplicationPage:
    """Returns the centre's applications, newest first."""
    return await listing.list_of_centre(work, centre, query)


@routes.get(
    "/applications",
    operation_id="listApplications",
    summary="List applications (the inbox)",
    dependencies=[require(Permission.READ_INBOX)],
)
async def list_applications(
    work: WorkDep, query: Annotated[schemas.ApplicationQuery, Query()]
) -> schemas.ApplicationPage:
    """Returns the applications that staff work on, those longest in their status first, each with the steps that
    the caller can take."""
    return await listing.list_all(work, query)


@routes.get(
    "/applications/{application_id}",
    operation_id="getApplication",
    summary="Read an application",
    dependencies=[_READ],
)
async def get_application(work: WorkDep, row: ApplicationRowDep) -> schemas.Application:
    """Returns the overview of the form, who must act next, and the steps that the caller can take."""
    return overview.to_schema(work, row)


@routes.get(
    "/applications/{application_id}/readiness",
    operation_id="getReadiness",
    summary="Read what is missing",
    dependencies=[_READ],
)
async def get_readiness(work: WorkDep, row: ApplicationRowDep) -> schemas.Readiness:
    """Returns everything that is missing before the application can be submitted, with section and pointer."""
    return readiness.show(work, row)


@routes.post(
    "/applications/{application_id}/withdrawal",
    operation_id="withdrawApplication",
    summary="Withdraw the application",
    dependencies=[require(Permission.WITHDRAW_APPLICATION, find_application)],
)
async def withdraw_application(
    work: WorkDep, application: ApplicationDep, expected: ExpectedDep, body: schemas.Withdrawal
) -> schemas.Application:
    """Withdraws the application at any time before a decision. An invoice that is not paid
    in full is credited, and what was paid on it is to be refunded."""
    return await withdrawal.withdraw(work, application, expected, body)
