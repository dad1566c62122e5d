"""What test automation needs, there only while `SANDBOX` is switched on: made in one call, moved in time, read, and
deleted."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response

from app.domain.refusals.applications import AgreementNotPublished, AlreadyRecognised, ApplicationOpen
from app.domain.refusals.centre_users import TooManyUsers
from app.domain.refusals.requests import StorageFull
from app.domain.refusals.sandbox import ClockMovesAheadOnly, StateNotReachable
from app.domain.sandbox import SamplePolicyKey
from app.http.access import public
from app.http.dependencies import RealNowDep, SigningKeyDep, StoreDep, Target, WorkDep
from app.http.downloads import download_held, download_responses
from app.http.refuses import refuses
from app.http.route import SandboxRoute, router, settles_after, settles_before
from app.integrations.inspection import FileKind
from app.models import Email
from app.queries.emails import find_sent_email
from app.schemas import sandbox as schemas
from app.services.sandbox import applications, centres, clock, emails, reset, samples

routes = router("/v1/sandbox", "Sandbox", route_class=SandboxRoute)
EmailDep = Annotated[Email, Target]


@routes.post(
    "/centres",
    operation_id="createSandboxCentre",
    status_code=201,
    summary="Create a centre",
    dependencies=[public(location="/v1/initial-applications/{initial_application_id}")],
)
async def create_sandbox_centre(
    work: WorkDep, store: StoreDep, key: SigningKeyDep, body: schemas.SandboxCentreCreate
) -> schemas.SandboxCentre:
    """Creates a centre with a super user who can sign in at once, or an initial application that is received or
    declined.

    Every call creates another one and leaves existing data alone.
    """
    return await centres.make_centre(work, store, key, body)


@routes.post(
    "/applications",
    operation_id="createSandboxApplication",
    status_code=201,
    summary="Create an application in any state",
    dependencies=[public(location="/v1/applications/{id}")],
)
@refuses(ApplicationOpen, AlreadyRecognised, TooManyUsers, AgreementNotPublished, StateNotReachable, StorageFull)
async def create_sandbox_application(
    work: WorkDep, store: StoreDep, key: SigningKeyDep, body: schemas.SandboxApplicationCreate
) -> schemas.SandboxApplication:
    """Creates an application in any state, with its centre and everybody needed to continue.

    Each step on the way is taken by the person who takes it in the process, a day apart, the last one now. So the
    application has its policies, timeline, invoice and emails. As in production, a letter that a later step made
    pointless is not sent: `interview_arranged` has the invitation to the interview, `interview_held` does not.
    """
    return await applications.make_application(work, store, key, body)


@routes.get("/clock", operation_id="getSandboxClock", summary="Read the clock", dependencies=[public()])
async def get_sandbox_clock(work: WorkDep, real_now: RealNowDep) -> schemas.SandboxClock:
    """Returns the sandbox time."""
    return await clock.show(work, real_now)


@routes.post(
    "/clock",
    operation_id="moveSandboxClock",
    summary="Move the clock ahead",
    dependencies=[public(), Depends(settles_after)],
)
@refuses(ClockMovesAheadOnly)
async def move_sandbox_clock(
    work: WorkDep, real_now: RealNowDep, body: schemas.SandboxClockMove
) -> schemas.SandboxClock:
    """Moves the clock ahead for everybody. Whatever falls due by then is done before the answer is returned.

    Reminders are sent and overdue marks set once each, as if the worker had been stopped in between. Tokens and
    sessions expire as usual: sign in again.
    """
    return await clock.move(work, real_now, body)


@routes.get(
    "/emails",
    operation_id="listSandboxEmails",
    summary="List captured emails",
    dependencies=[public(), Depends(settles_before)],
)
async def list_sandbox_emails(
    work: WorkDep, query: Annotated[schemas.SandboxEmailQuery, Query()]
) -> schemas.SandboxEmailPage:
    """Returns the captured emails, newest first. Emails that are due are captured before the answer is returned."""
    return await emails.list_all(work, query)


@routes.get(
    "/emails/{email_id}",
    operation_id="getSandboxEmail",
    summary="Read a captured email",
    dependencies=[public(load=find_sent_email), Depends(settles_before)],
)
async def get_sandbox_email(work: WorkDep, row: EmailDep) -> schemas.SandboxEmailContent:
    """Returns the email as it would have arrived, with its links and attachments."""
    return await emails.show(work, row)


@routes.get(
    "/sample-policies",
    operation_id="listSandboxSamplePolicies",
    summary="List sample policies",
    dependencies=[public()],
)
async def list_sandbox_sample_policies(work: WorkDep) -> schemas.SandboxSamplePolicyList:
    """A file for each of the eleven policies, a revised one, and three that an upload refuses on purpose."""
    async with work.aside():
        return await samples.list_all(work.settings.root_path)


@routes.get(
    "/sample-policies/{key}/content",
    operation_id="downloadSandboxSamplePolicy",
    summary="Download a sample policy",
    response_class=Response,
    responses=download_responses(*(kind.media_type for kind in FileKind)),
    dependencies=[public()],
)
async def download_sandbox_sample_policy(
    request: Request,
    work: WorkDep,
    key: Annotated[SamplePolicyKey, Path(description="The sample's key.", examples=["appeals"])],
) -> Response:
    """The file, ready to upload with `uploadPolicy`; supports range requests."""
    async with work.aside():
        file = await samples.find(key)
    return download_held(request, file.content, media_type=file.media_type, file_name=file.filename)


@routes.post(
    "/reset", operation_id="resetSandbox", status_code=204, summary="Delete everything", dependencies=[public()]
)
async def reset_sandbox(work: WorkDep, store: StoreDep, real_now: RealNowDep, body: schemas.SandboxResetCreate) -> None:
    """Deletes everything except the first administrator and the sample documents, and returns the clock to real
    time.

    Everybody is signed out. No other operation of the sandbox deletes anything.
    """
    await reset.reset(work, store, real_now, body)
