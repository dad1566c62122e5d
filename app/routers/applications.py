"""The application as a whole: start, inbox, overview, readiness, submissions, withdrawal (R07, R11, R16)."""

from typing import Annotated

from fastapi import Path, Query

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.route import router
from app.models import Application, Centre
from app.queries.applications import find_application
from app.queries.centres import find_centre
from app.schemas import applications as schemas
from app.schemas import submissions as submission_schemas
from app.services import application_views, applications, submissions

routes = router("/v1", "Applications")
ApplicationDep = Annotated[Application, Target]
CentreDep = Annotated[Centre, Target]
NumberPath = Annotated[int, Path(ge=1, le=100_000, description="The submission's number, from 1.", examples=[1])]

_READ = require(Permission.READ_APPLICATION, find_application)


@routes.get(
    "/centres/{centre_id}/home",
    operation_id="getCentreHome",
    summary="Read the centre's home",
    dependencies=[require(Permission.READ_CENTRE, find_centre)],
)
async def get_centre_home(work: WorkDep, centre: CentreDep) -> schemas.CentreHome:
    """What is done, what is missing, and what comes next."""
    return await applications.show_home(work, centre)


@routes.post(
    "/centres/{centre_id}/applications",
    operation_id="startApplication",
    status_code=201,
    summary="Start the application",
    dependencies=[require(Permission.START_APPLICATION, find_centre, location="/v1/applications/{id}")],
)
async def start_application(work: WorkDep, centre: CentreDep) -> schemas.Application:
    """Start the application for centre recognition; a centre has one open application at most, and none once it is
    recognised."""
    return await applications.start_application(work, centre)


@routes.get(
    "/centres/{centre_id}/applications",
    operation_id="listCentreApplications",
    summary="List a centre's applications",
    dependencies=[require(Permission.READ_APPLICATION, find_centre)],
)
async def list_centre_applications(
    work: WorkDep, centre: CentreDep, query: Annotated[schemas.CentreApplicationQuery, Query()]
) -> schemas.ApplicationPage:
    """The newest first."""
    return await applications.list_of_centre(work, centre, query)


@routes.get(
    "/applications",
    operation_id="listApplications",
    summary="List applications: the inbox",
    dependencies=[require(Permission.READ_INBOX)],
)
async def list_applications(
    work: WorkDep, query: Annotated[schemas.ApplicationQuery, Query()]
) -> schemas.ApplicationPage:
    """What has been in its state longest comes first; each with the steps that are open to the caller."""
    return await applications.list_inbox(work, query)


@routes.get(
    "/applications/{application_id}",
    operation_id="getApplication",
    summary="Read an application",
    dependencies=[_READ],
)
async def get_application(work: WorkDep, application: ApplicationDep) -> schemas.Application:
    """The form overview, whose move it is, and the steps that are open to the caller."""
    return await application_views.overview(work, application)


@routes.get(
    "/applications/{application_id}/readiness",
    operation_id="getReadiness",
    summary="Read what is missing",
    dependencies=[_READ],
)
async def get_readiness(work: WorkDep, application: ApplicationDep) -> schemas.Readiness:
    """Everything that is missing before the application can be submitted, each with its section and pointer."""
    return await applications.show_readiness(work, application)


@routes.post(
    "/applications/{application_id}/submissions",
    operation_id="submitApplication",
    status_code=201,
    summary="Submit the application",
    dependencies=[
        require(
            Permission.SUBMIT_APPLICATION,
            find_application,
            location="/v1/applications/{application_id}/submissions/{number}",
        )
    ],
)
async def submit_application(
    work: WorkDep, application: ApplicationDep, expected: ExpectedDep, body: submission_schemas.SubmissionCreate
) -> submission_schemas.Submission:
    """Refused with everything that is missing; else the application is locked, copied, and put into the inbox."""
    return await submissions.submit_application(work, application, expected, body)


@routes.get(
    "/applications/{application_id}/submissions",
    operation_id="listSubmissions",
    summary="List submissions",
    dependencies=[_READ],
)
async def list_submissions(work: WorkDep, application: ApplicationDep) -> submission_schemas.SubmissionList:
    """Every round, the first one first."""
    return await submissions.list_submissions(work, application)


@routes.get(
    "/applications/{application_id}/submissions/{number}",
    operation_id="getSubmission",
    summary="Read a submission",
    dependencies=[_READ],
)
async def get_submission(
    work: WorkDep, application: ApplicationDep, number: NumberPath
) -> submission_schemas.Submission:
    """The immutable copy of what was submitted."""
    return await submissions.show_submission(work, application, number)


@routes.get(
    "/applications/{application_id}/submissions/{number}/changes",
    operation_id="compareSubmissions",
    summary="Compare submissions",
    dependencies=[_READ],
)
async def compare_submissions(
    work: WorkDep,
    application: ApplicationDep,
    number: NumberPath,
    against: Annotated[
        int | None,
        Query(ge=1, le=100_000, description="An earlier submission; the one before if left out.", examples=[1]),
    ] = None,
) -> submission_schemas.SubmissionChanges:
    """What changed since an earlier submission."""
    return await submissions.compare_submissions(work, application, number, against)


@routes.post(
    "/applications/{application_id}/withdrawal",
    operation_id="withdrawApplication",
    summary="Withdraw the application",
    dependencies=[require(Permission.WITHDRAW_APPLICATION, find_application)],
)
async def withdraw_application(
    work: WorkDep, application: ApplicationDep, expected: ExpectedDep, body: schemas.Withdrawal
) -> schemas.Application:
    """At any time before a decision; what is unpaid on the invoice is credited in full."""
    return await applications.withdraw(work, application, expected, body)
