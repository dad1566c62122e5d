"""Actions of an acceptance with actions (R23)."""

from typing import Annotated

from fastapi import File, Form, Path, Request, Response

from app.domain.permissions import Permission
from app.domain.refusals.actions import ActionClosed, NoEvidence
from app.domain.refusals.files import FileInfected, ScanFailed, ScanPending
from app.domain.refusals.redactions import FileRedacted
from app.domain.refusals.requests import DocumentDamaged, StorageQuotaReached, TooManyRecords
from app.domain.refusals.steps import NotYourApplication
from app.http.access import require
from app.http.body import FilePart
from app.http.dependencies import ExpectedDep, StoreDep, Target, WorkDep
from app.http.downloads import download_responses, download_stored
from app.http.refuses import refuses
from app.http.route import router
from app.integrations.inspection import FileKind
from app.models import Action, Application
from app.queries.actions import find_action
from app.queries.applications import find_application
from app.schemas import actions as schemas
from app.services import actions
from app.services.rate_limits import Limit
from app.services.uploads import Upload

routes = router("/v1/applications/{application_id}/actions", "Actions")
ActionDep = Annotated[Action, Target]

_READ = require(Permission.READ_APPLICATION, find_action)


@routes.get(
    "",
    operation_id="listActions",
    summary="List actions",
    dependencies=[require(Permission.READ_APPLICATION, find_application)],
)
async def list_actions(work: WorkDep, row: Annotated[Application, Target]) -> schemas.ActionList:
    """Returns the actions that the decision set, with their evidence and whether they are overdue."""
    return await actions.list_all(work, row)


@routes.get("/{action_id}", operation_id="getAction", summary="Read an action", dependencies=[_READ])
async def get_action(work: WorkDep, row: ActionDep) -> schemas.Action:
    """Returns one action with its evidence."""
    return await actions.show(work, row)


@routes.post(
    "/{action_id}/evidence",
    operation_id="sendActionEvidence",
    status_code=201,
    summary="Send evidence for an action",
    dependencies=[
        require(
            Permission.SEND_ACTION_EVIDENCE,
            find_action,
            location="/v1/applications/{application_id}/actions/{action_id}",
            limits=(Limit("action_evidence", 60, 3600),),
        )
    ],
)
@refuses(ActionClosed, TooManyRecords, StorageQuotaReached)
async def send_action_evidence(
    work: WorkDep,
    store: StoreDep,
    row: ActionDep,
    expected: ExpectedDep,
    file: Annotated[FilePart, File(description="The document.")],
    note: Annotated[schemas.EvidenceNote, Form()],
) -> schemas.Action:
    """Uploads one document with a note. Send as many as needed until the action is closed. `If-Match` takes the
    action's ETag."""
    return await actions.send_evidence(
        work, store, row, expected, Upload(file.file, file.filename, file.content_type), note
    )


@routes.get(
    "/{action_id}/evidence/{number}/content",
    operation_id="downloadActionEvidence",
    summary="Download evidence of an action",
    response_class=Response,
    responses=download_responses(*(kind.media_type for kind in FileKind)),
    dependencies=[_READ],
)
@refuses(DocumentDamaged, FileRedacted, ScanPending, FileInfected, ScanFailed)
async def download_action_evidence(
    request: Request,
    work: WorkDep,
    store: StoreDep,
    row: ActionDep,
    number: Annotated[int, Path(ge=1, le=1_000_000, description="The evidence's number, from 1.", examples=[1])],
) -> Response:
    """Returns the file, whole or one range of it."""
    return download_stored(request, work, store, await actions.find_content(work, row, number))


@routes.post(
    "/{action_id}/closure",
    operation_id="closeAction",
    summary="Close an action or ask for more evidence",
    dependencies=[require(Permission.LEAD_APPLICATION, find_action)],
)
@refuses(NotYourApplication, ActionClosed, NoEvidence, ScanPending)
async def close_action(
    work: WorkDep, row: ActionDep, expected: ExpectedDep, body: schemas.ActionClosure
) -> schemas.Action:
    """Records the centre lead's verdict: the action is closed, or opened again for more evidence. `If-Match` takes
    the action's ETag."""
    return await actions.close(work, row, expected, body)
