"""Removal of the content of uploaded files that should never have been there."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Path, Query

from app.domain.permissions import Permission
from app.domain.policies import PolicyKey
from app.domain.refusals.applications import ApplicationLocked
from app.domain.refusals.redactions import (
    DocumentInForce,
    FileRedacted,
    FileSubmitted,
    OwnRedaction,
    RedactionExpired,
    RedactionPending,
    RedactionSettled,
)
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import FileRedaction
from app.queries.policies import PolicyRow, find_policies
from app.queries.redactions import find_redaction
from app.schemas import redactions as schemas
from app.schemas.policies import Policy
from app.services.redactions import redactions

routes = router("/v1", "File redactions")
RedactionDep = Annotated[FileRedaction, Target]
_SETTLE = require(Permission.REDACT_FILES, find_redaction, step_up=True)


@routes.post(
    "/applications/{application_id}/policies/{key}/versions/{number}/removal",
    operation_id="removePolicyVersion",
    summary="Remove a policy version",
    dependencies=[require(Permission.REMOVE_FILES, find_policies)],
)
@refuses(ApplicationLocked, FileSubmitted, FileRedacted)
async def remove_policy_version(
    work: WorkDep,
    rows: Annotated[Sequence[PolicyRow], Target],
    key: Annotated[PolicyKey, Path(description="The policy's key.", examples=["appeals"])],
    number: Annotated[int, Path(ge=1, le=100_000, description="The version's number.", examples=[1])],
    expected: ExpectedDep,
    body: schemas.FileRemovalCreate,
) -> Policy:
    """Removes the content of a version that was never submitted, for good. Its record and hash stay. If it was the
    current version, the policy is missing again: an earlier version does not come back by itself. `If-Match` takes the
    policy's ETag. What was submitted, only staff can redact."""
    return await redactions.remove_policy_version(work, rows, key, number, expected, body)


@routes.get(
    "/file-redactions",
    operation_id="listFileRedactions",
    summary="List file redactions",
    dependencies=[require(Permission.REDACT_FILES)],
)
async def list_file_redactions(
    work: WorkDep, query: Annotated[schemas.FileRedactionQuery, Query()]
) -> schemas.FileRedactionPage:
    """Returns what was removed and redacted, and what waits for a second person, newest first."""
    return await redactions.list_all(work, query)


@routes.post(
    "/file-redactions",
    operation_id="redactFile",
    status_code=201,
    summary="Redact a file",
    dependencies=[require(Permission.REDACT_FILES, step_up=True, location="/v1/file-redactions/{id}")],
)
@refuses(FileRedacted, RedactionPending, DocumentInForce)
async def redact_file(work: WorkDep, body: schemas.FileRedactionCreate) -> schemas.FileRedaction:
    """Removes the content of an uploaded file for good; its record and hash stay. From the answer on nobody can
    download it, and a moment later it is gone from the document store. `backups_until` says how far backups reach.

    If a decision rests on the file, the redaction is `pending` and nothing is removed until a second person confirms
    it: a policy version of a submission that was recommended on or decided, the evidence of a closed action, or a
    document that a centre has agreed to."""
    return await redactions.redact(work, body)


@routes.get(
    "/file-redactions/{redaction_id}",
    operation_id="getFileRedaction",
    summary="Read a file redaction",
    dependencies=[require(Permission.REDACT_FILES, find_redaction)],
)
async def get_file_redaction(work: WorkDep, row: RedactionDep) -> schemas.FileRedaction:
    """Returns who asked for the redaction, why, who confirmed it, and when the content was gone."""
    return await redactions.show(work, row)


@routes.post(
    "/file-redactions/{redaction_id}/confirmation",
    operation_id="confirmFileRedaction",
    summary="Confirm a file redaction",
    dependencies=[_SETTLE],
)
@refuses(OwnRedaction, RedactionSettled, RedactionExpired)
async def confirm_file_redaction(work: WorkDep, row: RedactionDep) -> schemas.FileRedaction:
    """Redacts the file. Refused to whoever asked for it."""
    return await redactions.confirm(work, row)


@routes.post(
    "/file-redactions/{redaction_id}/refusal",
    operation_id="refuseFileRedaction",
    summary="Refuse a file redaction",
    dependencies=[_SETTLE],
)
@refuses(RedactionSettled, RedactionExpired)
async def refuse_file_redaction(work: WorkDep, row: RedactionDep) -> schemas.FileRedaction:
    """Leaves the file as it is. Whoever asked for the redaction withdraws it with this."""
    return await redactions.refuse(work, row)
