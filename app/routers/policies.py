"""Section Policies: the eleven policies (R13, R14)."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import File, Form, Path, Request, Response

from app.domain.permissions import Permission
from app.domain.policies import PolicyKey
from app.domain.refusals.applications import (
    ApplicationLocked,
    InvigilatedAssessmentPlanned,
    PolicyAlwaysRequired,
)
from app.domain.refusals.files import FileInfected, ScanFailed, ScanPending
from app.domain.refusals.redactions import FileRedacted
from app.domain.refusals.requests import DocumentDamaged, StorageQuotaReached, TooManyRecords
from app.http.access import require
from app.http.body import FilePart
from app.http.dependencies import ExpectedDep, StoreDep, Target, WorkDep
from app.http.downloads import download_responses, download_stored
from app.http.refuses import refuses
from app.http.route import router
from app.integrations.inspection import FileKind
from app.queries.applications import FoundApplication, find_application
from app.queries.policies import PolicyRow, find_policies
from app.schemas import policies as policy_schemas
from app.schemas.text import several_lines
from app.services import policies
from app.services.uploads import Upload

routes = router("/v1/applications/{application_id}", "Sections")
ApplicationDep = Annotated[FoundApplication, Target]
PoliciesDep = Annotated[Sequence[PolicyRow], Target]
KeyPath = Annotated[PolicyKey, Path(description="The policy's key.", examples=["appeals"])]

_READ = require(Permission.READ_APPLICATION, find_application)
_READ_ALL = require(Permission.READ_APPLICATION, find_policies)
_WORK = require(Permission.WORK_ON_SECTIONS, find_application)
_UPLOAD = require(Permission.WORK_ON_SECTIONS, find_policies)


@routes.get("/policies", operation_id="listPolicies", summary="List the eleven policies", dependencies=[_READ_ALL])
async def list_policies(work: WorkDep, rows: PoliciesDep) -> policy_schemas.PolicyList:
    """Returns policies a) to k), each with the guide's requirements and what the centre has supplied."""
    return policies.list_all(work, rows)


@routes.get("/policies/{key}", operation_id="getPolicy", summary="Read a policy", dependencies=[_READ_ALL])
async def get_policy(work: WorkDep, rows: PoliciesDep, key: KeyPath) -> policy_schemas.Policy:
    """Returns one policy, with its current version or the statement that replaces it."""
    return policies.show(work, rows, key)


@routes.put("/policies/{key}", operation_id="uploadPolicy", summary="Upload a policy", dependencies=[_UPLOAD])
@refuses(ApplicationLocked, TooManyRecords, StorageQuotaReached)
async def upload_policy(
    work: WorkDep,
    store: StoreDep,
    rows: PoliciesDep,
    key: KeyPath,
    expected: ExpectedDep,
    file: Annotated[FilePart, File(description="The file: PDF, DOC, DOCX, ODT or RTF, up to 25 MB and not empty.")],
    note: Annotated[
        Annotated[str, several_lines(1, 500)] | None,
        Form(description="A note on this version.", examples=["Approved by the board in May."]),
    ] = None,
) -> policy_schemas.Policy:
    """Uploads one file as the next version. Earlier versions are kept."""
    upload = Upload(file.file, file.filename, file.content_type)
    return await policies.upload_policy(work, store, rows, key, expected, upload, note)


@routes.put(
    "/policies/{key}/not-applicable",
    operation_id="declareNotApplicable",
    summary="Declare that a policy does not apply",
    dependencies=[_WORK],
)
@refuses(ApplicationLocked, PolicyAlwaysRequired, InvigilatedAssessmentPlanned)
async def declare_not_applicable(
    work: WorkDep,
    application: ApplicationDep,
    key: KeyPath,
    expected: ExpectedDep,
    body: policy_schemas.NotApplicableDeclaration,
) -> policy_schemas.Policy:
    """Declares that policy e) does not apply. Allowed only if section Application says that no invigilated
    assessment is planned. A document that was uploaded before is taken back: it is no longer in force and will not be
    submitted, but stays among the versions. An upload ends the statement."""
    return await policies.declare_not_applicable(work, application, key, expected, body)


@routes.get(
    "/policies/{key}/versions",
    operation_id="listPolicyVersions",
    summary="List a policy's versions",
    dependencies=[_READ],
)
async def list_policy_versions(
    work: WorkDep, application: ApplicationDep, key: KeyPath
) -> policy_schemas.PolicyVersionList:
    """Returns every uploaded version, newest first."""
    return await policies.list_versions(work, application, key)


@routes.get(
    "/policies/{key}/versions/{number}/content",
    operation_id="downloadPolicy",
    summary="Download a policy",
    response_class=Response,
    responses=download_responses(*(kind.media_type for kind in FileKind)),
    dependencies=[_READ],
)
@refuses(DocumentDamaged, FileRedacted, ScanPending, FileInfected, ScanFailed)
async def download_policy(
    request: Request,
    work: WorkDep,
    store: StoreDep,
    application: ApplicationDep,
    key: KeyPath,
    number: Annotated[int, Path(ge=1, le=100_000, description="The version's number.", examples=[1])],
) -> Response:
    """Returns the file as uploaded, whole or one range of it."""
    return download_stored(request, work, store, await policies.find_content(work, application, key, number))
