"""Submissions of an application: each an immutable copy (R16, R17)."""

from typing import Annotated

from fastapi import Path, Query

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.route import router
from app.queries.applications import FoundApplication, find_application
from app.schemas import submissions as submission_schemas
from app.services import submissions

routes = router("/v1", "Applications")
ApplicationDep = Annotated[FoundApplication, Target]
NumberPath = Annotated[int, Path(ge=1, le=100_000, description="The submission's number, from 1.", examples=[1])]

_READ = require(Permission.READ_APPLICATION, find_application)


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
    """Locks the application, stores an immutable copy and puts it into the inbox. If anything is missing, the
    refusal lists all of it."""
    return await submissions.submit_application(work, application, expected, body)


@routes.get(
    "/applications/{application_id}/submissions",
    operation_id="listSubmissions",
    summary="List submissions",
    dependencies=[_READ],
)
async def list_submissions(work: WorkDep, application: ApplicationDep) -> submission_schemas.SubmissionList:
    """Returns every submission, oldest first."""
    return await submissions.list_all(work, application)


@routes.get(
    "/applications/{application_id}/submissions/{number}",
    operation_id="getSubmission",
    summary="Read a submission",
    dependencies=[_READ],
)
async def get_submission(
    work: WorkDep, application: ApplicationDep, number: NumberPath
) -> submission_schemas.Submission:
    """Returns the immutable copy of what was submitted."""
    return await submissions.show(work, application, number)


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
        Query(
            ge=1,
            le=100_000,
            description="The number of an earlier submission. Without it, the preceding one.",
            examples=[1],
        ),
    ] = None,
) -> submission_schemas.SubmissionChanges:
    """Returns the differences from an earlier submission."""
    return await submissions.compare_submissions(work, application, number, against)
