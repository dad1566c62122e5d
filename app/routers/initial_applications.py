"""Stages one and two: initial applications, due diligence, and the account (R01–R05)."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.domain.refusals.centre_users import StaffCannotActForACentre
from app.domain.refusals.corrections import NothingToCorrect
from app.domain.refusals.initial_applications import AlreadyDecided, ConcernNeedsReason, DueDiligenceIncomplete
from app.domain.refusals.reminders import NothingToRemindOf
from app.domain.refusals.requests import TooManyRecords
from app.http.access import public, require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import InitialApplication
from app.queries.initial_applications import find_initial_application
from app.schemas import corrections as correction_schemas
from app.schemas import initial_applications as schemas
from app.schemas.acknowledgements import AcknowledgementReceipt
from app.schemas.reminders import LateAlert
from app.services import reminders
from app.services.initial_applications import accounts, corrections, due_diligence, receiving
from app.services.rate_limits import Limit

routes = router("/v1/initial-applications", "Initial applications")
InitialApplicationDep = Annotated[InitialApplication, Target]

_READ = require(Permission.READ_INITIAL_APPLICATIONS, find_initial_application)


@routes.post(
    "",
    operation_id="createInitialApplication",
    status_code=201,
    summary="Submit an initial application",
    dependencies=[public(Limit("initial_application", 30, 3600), location="/v1/initial-applications/{id}")],
)
async def create_initial_application(
    work: WorkDep, body: schemas.InitialApplicationCreate
) -> schemas.InitialApplicationReceipt:
    """Submits the public web form. It needs no account. Submitting the same form again does not create a second
    initial application."""
    return await receiving.receive(work, body)


@routes.get(
    "",
    operation_id="listInitialApplications",
    summary="List initial applications",
    dependencies=[require(Permission.READ_INITIAL_APPLICATIONS)],
)
async def list_initial_applications(
    work: WorkDep, query: Annotated[schemas.InitialApplicationQuery, Query()]
) -> schemas.InitialApplicationPage:
    """Returns initial applications, oldest first."""
    return await due_diligence.list_all(work, query)


@routes.get(
    "/{initial_application_id}",
    operation_id="getInitialApplication",
    summary="Read an initial application",
    dependencies=[_READ],
)
async def get_initial_application(work: WorkDep, row: InitialApplicationDep) -> schemas.InitialApplication:
    """Returns an initial application with its due diligence checks and likely duplicates."""
    return await due_diligence.show(work, row)


@routes.get(
    "/{initial_application_id}/checks",
    operation_id="listDueDiligenceChecks",
    summary="List due diligence checks",
    dependencies=[_READ],
)
async def list_due_diligence_checks(work: WorkDep, row: InitialApplicationDep) -> schemas.DueDiligenceCheckList:
    """Returns every recorded check, and the checks still to do."""
    return await due_diligence.list_checks(work, row)


@routes.post(
    "/{initial_application_id}/checks",
    operation_id="recordDueDiligenceCheck",
    status_code=201,
    summary="Record a due diligence check",
    dependencies=[
        require(
            Permission.RECORD_DUE_DILIGENCE,
            find_initial_application,
            location="/v1/initial-applications/{initial_application_id}/checks",
        )
    ],
)
@refuses(AlreadyDecided, TooManyRecords)
async def record_due_diligence_check(
    work: WorkDep, row: InitialApplicationDep, expected: ExpectedDep, body: schemas.DueDiligenceCheckCreate
) -> schemas.DueDiligenceCheck:
    """Records the result of one check. The latest result of each check counts."""
    return await due_diligence.record_check(work, row, expected, body)


@routes.post(
    "/{initial_application_id}/account",
    operation_id="createCentreAccount",
    status_code=201,
    summary="Create the centre's account",
    dependencies=[require(Permission.RECORD_DUE_DILIGENCE, find_initial_application, location="/v1/centres/{id}")],
)
@refuses(AlreadyDecided, DueDiligenceIncomplete, ConcernNeedsReason, StaffCannotActForACentre)
async def create_centre_account(
    work: WorkDep, row: InitialApplicationDep, expected: ExpectedDep, body: schemas.CentreAccountCreate
) -> schemas.CentreAccount:
    """Creates the centre, its main site and its first super user in one step, and emails the log-in details."""
    return await accounts.create_centre_account(work, row, expected, body)


@routes.post(
    "/{initial_application_id}/decline",
    operation_id="declineInitialApplication",
    summary="Decline an initial application",
    dependencies=[require(Permission.RECORD_DUE_DILIGENCE, find_initial_application)],
)
@refuses(AlreadyDecided)
async def decline_initial_application(
    work: WorkDep, row: InitialApplicationDep, expected: ExpectedDep, body: schemas.InitialApplicationDeclineCreate
) -> schemas.InitialApplication:
    """Declines the initial application and emails the reason to the sender."""
    return await due_diligence.decline(work, row, expected, body)


@routes.get(
    "/{initial_application_id}/corrections",
    operation_id="listInitialApplicationCorrections",
    summary="List corrections",
    dependencies=[_READ],
)
async def list_initial_application_corrections(
    work: WorkDep, row: InitialApplicationDep
) -> correction_schemas.InitialApplicationCorrectionList:
    """Returns what staff corrected in the initial application, and why."""
    return await corrections.list_all(work, row)


@routes.post(
    "/{initial_application_id}/corrections",
    operation_id="correctInitialApplication",
    status_code=201,
    summary="Correct an initial application",
    dependencies=[
        require(
            Permission.RECORD_DUE_DILIGENCE,
            find_initial_application,
            location="/v1/initial-applications/{initial_application_id}/corrections",
        )
    ],
)
@refuses(AlreadyDecided, NothingToCorrect, TooManyRecords)
async def correct_initial_application(
    work: WorkDep,
    row: InitialApplicationDep,
    expected: ExpectedDep,
    body: correction_schemas.InitialApplicationCorrectionCreate,
) -> correction_schemas.InitialApplicationCorrection:
    """Corrects what the sender typed, before the account is created or the application declined. Checks that had looked
    at what is corrected have to be recorded again."""
    return await corrections.correct(work, row, expected, body)


@routes.post(
    "/{initial_application_id}/acknowledgement",
    operation_id="resendAcknowledgement",
    status_code=202,
    summary="Resend the acknowledgement",
    dependencies=[
        require(
            Permission.RECORD_DUE_DILIGENCE,
            find_initial_application,
            limits=(Limit("resend_acknowledgement", 60, 3600),),
        )
    ],
)
@refuses(AlreadyDecided)
async def resend_acknowledgement(work: WorkDep, row: InitialApplicationDep) -> AcknowledgementReceipt:
    """Sends the acknowledgement to the organisation's email address as it is now, after a correction or a bounce."""
    return await corrections.resend_acknowledgement(work, row)


@routes.post(
    "/{initial_application_id}/late-alert",
    operation_id="sendLateAlert",
    status_code=202,
    summary="Alert customer experience to late log-in details",
    dependencies=[
        require(Permission.SEND_REMINDERS, find_initial_application, limits=(Limit("late_alerts_by_hand", 60, 3600),))
    ],
)
@refuses(NothingToRemindOf)
async def send_late_alert(work: WorkDep, row: InitialApplicationDep) -> LateAlert:
    """Sends the alert now that otherwise goes out once by itself, while the log-in details are late."""
    return await reminders.alert_by_hand(work, row)
