"""Section Centre Agreement (R15)."""

from typing import Annotated

from app.domain.permissions import Permission
from app.domain.refusals.applications import AgreementNotPublished, ApplicationLocked, NotTheCurrentVersion
from app.domain.refusals.files import FileInfected, ScanFailed, ScanPending
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.queries.applications import FoundApplication, find_application
from app.schemas import agreements as agreement_schemas
from app.services import agreements

routes = router("/v1/applications/{application_id}", "Sections")
ApplicationDep = Annotated[FoundApplication, Target]

_READ = require(Permission.READ_APPLICATION, find_application)


@routes.get("/agreement", operation_id="getAgreement", summary="Read section Centre Agreement", dependencies=[_READ])
async def get_agreement(work: WorkDep, application: ApplicationDep) -> agreement_schemas.Agreement:
    """Returns the current agreement and code of conduct, and the latest acceptance."""
    return await agreements.show(work, application)


@routes.put(
    "/agreement",
    operation_id="acceptAgreement",
    summary="Accept the agreement",
    dependencies=[require(Permission.ACCEPT_AGREEMENT, find_application)],
)
@refuses(ApplicationLocked, AgreementNotPublished, NotTheCurrentVersion, ScanPending, FileInfected, ScanFailed)
async def accept_agreement(
    work: WorkDep,
    application: ApplicationDep,
    expected: ExpectedDep,
    body: agreement_schemas.AgreementAcceptance,
) -> agreement_schemas.Agreement:
    """Records a super user's acceptance of one version of both documents. The terms cannot be negotiated.

    `If-Match` takes the application's ETag, from `getApplication`.
    """
    return await agreements.accept_agreement(work, application, expected, body)
