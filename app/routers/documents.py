"""The awarding organisation's documents: read by centres and staff, published by administrators (R15)."""

from typing import Annotated

from fastapi import File, Form, Query, Request, Response
from pydantic import Field

from app.domain.documents import DocumentKind
from app.domain.permissions import Permission
from app.domain.refusals.files import FileInfected, ScanFailed, ScanPending
from app.domain.refusals.redactions import FileRedacted
from app.domain.refusals.requests import DocumentDamaged
from app.http.access import require
from app.http.body import FilePart
from app.http.dependencies import StoreDep, Target, WorkDep
from app.http.downloads import download_responses, download_stored
from app.http.refuses import refuses
from app.http.route import router
from app.models import Document
from app.queries.documents import find_document
from app.schemas import documents as schemas
from app.schemas.text import one_line
from app.services import documents
from app.services.rate_limits import Limit
from app.services.uploads import Upload

routes = router("/v1/documents", "Documents")
DocumentDep = Annotated[Document, Target]

_READ = require(Permission.READ_DOCUMENTS, find_document)


@routes.get(
    "", operation_id="listDocuments", summary="List documents", dependencies=[require(Permission.READ_DOCUMENTS)]
)
async def list_documents(work: WorkDep, query: Annotated[schemas.DocumentQuery, Query()]) -> schemas.DocumentPage:
    """Returns the current version of each document, or every version of one kind, newest first."""
    return await documents.list_all(work, query)


@routes.post(
    "",
    operation_id="publishDocument",
    status_code=201,
    summary="Publish a document",
    dependencies=[
        require(
            Permission.PUBLISH_DOCUMENTS,
            location="/v1/documents/{id}",
            limits=(Limit("publish_document", 30, 3600),),
        )
    ],
)
async def publish_document(
    work: WorkDep,
    store: StoreDep,
    file: Annotated[FilePart, File(description="The document, as a PDF.")],
    kind: Annotated[DocumentKind, Form(description="The kind of document to publish.")],
    title: Annotated[
        Annotated[str, one_line(1, 200), Field(examples=["Centre agreement"])] | None,
        Form(description="The document's title. Without it, the usual title of its kind."),
    ] = None,
) -> schemas.Document:
    """Publishes the next version, which is current at once.

    After a new agreement or code of conduct, every centre with an open draft must accept again.
    """
    return await documents.publish(work, store, kind, title, Upload(file.file, file.filename, file.content_type))


@routes.get("/{document_id}", operation_id="getDocument", summary="Read a document's details", dependencies=[_READ])
async def get_document(work: WorkDep, row: DocumentDep) -> schemas.Document:
    """Returns one version's title, size and hash."""
    return await documents.show(work, row)


@routes.get(
    "/{document_id}/content",
    operation_id="downloadDocument",
    summary="Download a document",
    response_class=Response,
    responses=download_responses("application/pdf"),
    dependencies=[_READ],
)
@refuses(DocumentDamaged, FileRedacted, ScanPending, FileInfected, ScanFailed)
async def download_document(request: Request, work: WorkDep, store: StoreDep, row: DocumentDep) -> Response:
    """Returns the file, whole or one range of it."""
    return download_stored(request, work, store, documents.find_content(work, row))
