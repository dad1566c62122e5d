"""What test automation needs, there only while `SANDBOX` is switched on: made in one call, moved in time, read, and
deleted."""

from typing import Annotated

from fastapi import Depends, Query

from app.http.access import public
from app.http.dependencies import RealNowDep, SigningKeyDep, StoreDep, Target, WorkDep
from app.http.route import SandboxRoute, router, settles_after, settles_before
from app.models import Email
from app.queries.emails import find_sent_email
from app.schemas import sandbox as schemas
from app.services.sandbox import applications, centres, clock, emails, reset

routes = router("/v1/sandbox", "Sandbox", route_class=SandboxRoute)
EmailDep = Annotated[Email, Target]


@routes.post(
    "/centres",
    operation_id="createSandboxCentre",
    status_code=201,
    summary="Make a centre",
    dependencies=[public(location="/v1/initial-applications/{initial_application_id}")],
)
async def create_sandbox_centre(
    work: WorkDep, store: StoreDep, key: SigningKeyDep, body: schemas.SandboxCentreCreate
) -> schemas.SandboxCentre:
    """A centre with its super user, who can sign in at once; or an initial application that is received or declined.

    Another one each time, and nothing of what was there before is touched.
    """
    return await centres.make_centre(work, store, key, body)


@routes.post(
    "/applications",
    operation_id="createSandboxApplication",
    status_code=201,
    summary="Make an application in a state",
    dependencies=[public(location="/v1/applications/{id}")],
)
async def create_sandbox_application(
    work: WorkDep, store: StoreDep, key: SigningKeyDep, body: schemas.SandboxApplicationCreate
) -> schemas.SandboxApplication:
    """An application in any state, with its centre and everybody who can go on with it.

    Each step that leads there is taken by whoever takes it in the process, a day apart, the last one now; so it has its
    policies, its timeline, its invoice and its mail. A letter that a later step has made pointless is not sent, as
    ever: the invitation to an interview is there for `interview_arranged`, and no longer for `interview_held`.
    """
    return await applications.make_application(work, store, key, body)


@routes.get("/clock", operation_id="getSandboxClock", summary="Read the clock", dependencies=[public()])
async def get_sandbox_clock(work: WorkDep, real_now: RealNowDep) -> schemas.SandboxClock:
    """The time that everything goes by."""
    return await clock.show(work, real_now)


@routes.post(
    "/clock",
    operation_id="moveSandboxClock",
    summary="Move the clock ahead",
    dependencies=[public(), Depends(settles_after)],
)
async def move_sandbox_clock(
    work: WorkDep, real_now: RealNowDep, body: schemas.SandboxClockMove
) -> schemas.SandboxClock:
    """Ahead only, for everybody; what falls due by then is done before the answer is given.

    Reminders are sent and overdue marks made, once each, as by a worker that was not running meanwhile. Tokens and
    sessions expire as they would: sign in again.
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
    """What would have been sent, the newest first. What is owed by now is captured before the answer is given."""
    return await emails.list_all(work, query)


@routes.get(
    "/emails/{email_id}",
    operation_id="getSandboxEmail",
    summary="Read a captured email",
    dependencies=[public(load=find_sent_email), Depends(settles_before)],
)
async def get_sandbox_email(work: WorkDep, row: EmailDep) -> schemas.SandboxEmailContent:
    """As it would have arrived, with the web addresses in it and what is attached."""
    return await emails.show(work, row)


@routes.post(
    "/reset", operation_id="resetSandbox", status_code=204, summary="Delete everything", dependencies=[public()]
)
async def reset_sandbox(work: WorkDep, store: StoreDep, real_now: RealNowDep, body: schemas.SandboxResetCreate) -> None:
    """Everything but the first administrator and the sample documents; the clock shows real time again.

    Everybody is signed out. Nothing else in the sandbox ever deletes anything.
    """
    await reset.reset(work, store, real_now, body)
