"""A centre's recognition, its certificate and its welcome pack (R22)."""

from typing import Annotated

from fastapi import Request, Response

from app.database import Database, Work
from app.domain.permissions import Permission
from app.domain.refusals.requests import DocumentDamaged, StorageFull
from app.http.access import require
from app.http.dependencies import DatabaseDep, StoreDep, Target, WorkDep
from app.http.downloads import download_responses, download_stored
from app.http.refuses import refuses
from app.http.route import router
from app.integrations.storage import DocumentStore
from app.models import Recognition
from app.pdf.issued.keeping import PDF, IssuedDocument
from app.pdf.issued.recognitions import certificate, welcome_pack
from app.queries.recognitions import find_recognition
from app.schemas import recognitions as schemas
from app.services import recognitions
from app.services.stored_files.issued import find_or_issue

routes = router("/v1/centres/{centre_id}/recognition", "Recognition")
RecognitionDep = Annotated[Recognition, Target]

_READ = require(Permission.READ_CENTRE, find_recognition)


@routes.get("", operation_id="getRecognition", summary="Read a centre's recognition", dependencies=[_READ])
async def get_recognition(work: WorkDep, row: RecognitionDep) -> schemas.Recognition:
    """Returns the certificate's number, status, account team, centre lead, welcome pack and open actions. 404 for a
    centre that is not recognised."""
    return await recognitions.show(work, row)


@routes.get(
    "/certificate",
    operation_id="getCertificate",
    summary="Download the recognition certificate",
    response_class=Response,
    responses=download_responses(PDF),
    dependencies=[_READ],
)
@refuses(StorageFull, DocumentDamaged)
async def get_certificate(
    request: Request, work: WorkDep, database: DatabaseDep, store: StoreDep, row: RecognitionDep
) -> Response:
    """Returns a PDF with a number that anybody can verify."""
    return await _sent(request, work, database, store, certificate(row, work.settings))


@routes.get(
    "/welcome-pack",
    operation_id="getWelcomePack",
    summary="Download the welcome pack",
    response_class=Response,
    responses=download_responses(PDF),
    dependencies=[_READ],
)
@refuses(StorageFull, DocumentDamaged)
async def get_welcome_pack(
    request: Request, work: WorkDep, database: DatabaseDep, store: StoreDep, row: RecognitionDep
) -> Response:
    """Returns a PDF with the account team, what happens next, the actions, and the centre's contact roles."""
    return await _sent(request, work, database, store, await welcome_pack(work, row))


async def _sent(
    request: Request, work: Work, database: Database, store: DocumentStore, document: IssuedDocument
) -> Response:
    return download_stored(request, work, store, await find_or_issue(work, database, store, document))
