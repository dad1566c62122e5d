"""Interviews of an application (R19)."""

from typing import Annotated, Any

from app.domain.permissions import Permission
from app.domain.refusals.interviews import InterviewClosed, InterviewNotStarted
from app.domain.refusals.requests import TooManyRecords
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.negotiation import JSON, represent, representation
from app.http.refuses import refuses
from app.http.route import router
from app.letters.interviews.calendar_file import MEDIA_TYPE
from app.models import Interview
from app.queries.applications import FoundApplication, find_application
from app.queries.interviews import find_interview
from app.schemas import interviews as schemas
from app.services.interviews import arrangements, views
from app.services.rate_limits import Limit

routes = router("/v1/applications/{application_id}/interviews", "Interviews")
ApplicationDep = Annotated[FoundApplication, Target]
InterviewDep = Annotated[Interview, Target]
MediaTypeDep = Annotated[str, representation(JSON, MEDIA_TYPE)]

_LETTERS = (Limit("interview_letters", 120, 3600),)


@routes.post(
    "",
    operation_id="arrangeInterview",
    status_code=201,
    summary="Arrange the interview",
    dependencies=[
        require(
            Permission.LEAD_APPLICATION,
            find_application,
            location="/v1/applications/{application_id}/interviews/{id}",
            limits=_LETTERS,
        )
    ],
)
@refuses(TooManyRecords)
async def arrange_interview(
    work: WorkDep, row: ApplicationDep, expected: ExpectedDep, body: schemas.InterviewCreate
) -> schemas.Interview:
    """Invites the centre to an interview. Only the application's centre lead can, once the fee is paid.

    `If-Match` takes the application's ETag.
    """
    return await arrangements.arrange(work, row, expected, body)


@routes.get(
    "",
    operation_id="listInterviews",
    summary="List interviews",
    dependencies=[require(Permission.READ_APPLICATION, find_application)],
)
async def list_interviews(work: WorkDep, row: ApplicationDep) -> schemas.InterviewList:
    """Returns every interview about the application, including those that did not take place."""
    return await views.list_all(work, row)


@routes.get(
    "/{interview_id}",
    operation_id="getInterview",
    summary="Read an interview",
    response_model=schemas.Interview,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
    dependencies=[require(Permission.READ_APPLICATION, find_interview)],
)
async def get_interview(work: WorkDep, row: InterviewDep, media_type: MediaTypeDep) -> Any:
    """Returns the interview as JSON, or with `Accept: text/calendar` as a calendar file (RFC 5545)."""
    shown = await views.show_as(work, row, media_type)
    return represent(shown, media_type, version=row.version, file_name="interview.ics")


@routes.patch(
    "/{interview_id}",
    operation_id="rescheduleInterview",
    summary="Reschedule the interview",
    dependencies=[require(Permission.LEAD_APPLICATION, find_interview, limits=_LETTERS)],
)
@refuses(InterviewClosed)
async def reschedule_interview(
    work: WorkDep, row: InterviewDep, expected: ExpectedDep, body: schemas.InterviewUpdate
) -> schemas.Interview:
    """Changes the time or place of an arranged interview and tells the centre. `If-Match` takes the interview's
    ETag."""
    return await arrangements.reschedule(work, row, expected, body)


@routes.post(
    "/{interview_id}/outcome",
    operation_id="recordInterviewOutcome",
    summary="Record the interview's outcome",
    dependencies=[require(Permission.LEAD_APPLICATION, find_interview)],
)
@refuses(InterviewClosed, InterviewNotStarted)
async def record_interview_outcome(
    work: WorkDep, row: InterviewDep, expected: ExpectedDep, body: schemas.InterviewOutcomeCreate
) -> schemas.Interview:
    """Records whether the interview was held, cancelled or not attended. `If-Match` takes the interview's ETag."""
    return await arrangements.record_outcome(work, row, expected, body)
