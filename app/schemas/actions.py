"""The actions of an acceptance with actions, their evidence and their closure (R23)."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.actions import ActionClosureOutcome, ActionStatus
from app.schemas import example_centre as example
from app.schemas.answered import ApiPath, Bytes, FileName, FullName, MediaType, Note, Ordinal, Remark, Sha256, up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import choice
from app.schemas.ids import ActionId, ApplicationId, EvidenceId
from app.schemas.shared import (
    AllowedSteps,
    BlockedSteps,
    InspectionNotices,
    Moment,
    RedactedAt,
    ScanMessage,
    ScanStateField,
    described,
)
from app.schemas.text import several_lines

_NOTE = "Section 4 has the new sampling strategy."

EvidenceNote = Annotated[
    str,
    several_lines(1, 2000),
    Field(description="What the document shows, in the centre's words.", examples=[_NOTE]),
]


class ActionEvidence(Answer):
    """A document that the centre sent as evidence for an action."""

    id: EvidenceId
    number: Ordinal = described("The evidence's number within the action, from 1.", 1)
    file_name: FileName = described("The file's name.", example.EVIDENCE_FILE)
    media_type: MediaType = described("The file's media type.", "application/pdf")
    size_bytes: Bytes = described("The file's size in bytes.", example.FILE_SIZE)
    sha256: Sha256 = described("The file's SHA-256 hash in hexadecimal.", example.EVIDENCE_SHA256)
    note: Note = described("What the document shows, in the centre's words.", _NOTE)
    inspection_notices: InspectionNotices
    scan_state: ScanStateField
    scan_message: ScanMessage
    sent_by_name: FullName = described("Who sent it.", example.SUPER_USER)
    sent_at: Moment = described("When it was sent.", example.EVIDENCE_SENT_AT)
    redacted_at: RedactedAt
    content_path: ApiPath = described(
        "The path that downloads the file.",
        f"{example.APPLICATION_PATH}/actions/{example.ACTION_ID}/evidence/1/content",
    )


class Action(Resource):
    """Something that a centre accepted with actions must do by a given day."""

    id: ActionId
    application_id: ApplicationId
    number: Ordinal = described("The action's number within the decision, from 1.", 1)
    description: Note = described("What the centre must do.", example.ACTION)
    due_on: date = described("The last day for doing it, by London's calendar.", example.ACTION_DUE_ON)
    status: ActionStatus = described("The action's status.", "evidence_sent")
    overdue: bool = described("True if the action waits for the centre and its last day has passed.", False)
    evidence: Annotated[list[ActionEvidence], up_to(limits.EVIDENCE)] = Field(
        description="The evidence that the centre has sent, oldest first."
    )
    comment: Remark | None = described(
        "The centre lead's latest comment on the evidence; null until there is one.", None
    )
    closed_by_name: FullName | None = described("Who closed the action; null while it is open.", None)
    closed_at: datetime | None = described("When the action was closed; null while it is open.", None)
    created_at: Moment
    allowed_steps: AllowedSteps
    blocked_steps: BlockedSteps


class ActionList(Answer):
    """The actions of an application, by number."""

    items: Annotated[list[Action], up_to(limits.REQUIRED_ACTIONS)] = Field(description="The actions.")


class ActionClosure(Request):
    """The centre lead's verdict on the evidence."""

    outcome: Annotated[ActionClosureOutcome, choice()] = Field(
        description="`closed`, or `more_evidence_needed`, which opens the action again."
    )
    comment: Annotated[str, several_lines(1, 4000)] = Field(
        description="The reason. The centre can read it.", examples=["The sampling strategy now covers every assessor."]
    )
