"""The actions of an acceptance with actions, their evidence and their closure (R23)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain import limits
from app.domain.actions import ActionClosureOutcome, ActionStatus
from app.schemas.answered import ApiPath, Bytes, FileName, FullName, MediaType, Note, Ordinal, Remark, Sha256, up_to
from app.schemas.base import Answer, Request, Resource
from app.schemas.fields import choice
from app.schemas.shared import AnswerId, Moment, said
from app.schemas.text import several_lines

_ID = "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
_SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

EvidenceNote = Annotated[
    str,
    several_lines(1, 2000),
    Field(
        description="What the document shows, in the centre's words.",
        examples=["Section 4 has the new sampling strategy."],
    ),
]


class ActionEvidence(Answer):
    """A document that the centre sent for an action."""

    id: AnswerId
    number: Ordinal = said("Its number among the action's evidence, from 1.", 1)
    file_name: FileName = said("The file's name.", "Sampling strategy.pdf")
    media_type: MediaType = said("What the content is.", "application/pdf")
    size_bytes: Bytes = said("Its size in bytes.", 48213)
    sha256: Sha256 = said("SHA-256 of the content, in hexadecimal.", _SHA)
    note: Note = said("What it shows, in the centre's words.", "Section 4 has the new sampling strategy.")
    sent_by_name: FullName = said("Who sent it.", "Alex Morgan")
    sent_at: Moment
    content_path: ApiPath = said("Where it is downloaded.", f"/v1/applications/{_ID}/actions/{_ID}/evidence/1/content")


class Action(Resource):
    """One thing that a centre accepted with actions has to do by a day."""

    id: AnswerId
    application_id: UUID = said("The application's id.", _ID)
    number: Ordinal = said("Its number in the decision, from 1.", 1)
    description: Note = said("What has to be done.", "Send the revised sampling strategy.")
    due_on: date = said("By when, on London's calendar.", "2027-01-15")
    status: ActionStatus = said("`open`, `evidence_sent`, and `closed` or `open` again.", "open")
    overdue: bool = said("True when it waits for the centre and its day has passed.", False)
    evidence: Annotated[list[ActionEvidence], up_to(limits.EVIDENCE)] = said(
        "What the centre has sent, the first first.", []
    )
    comment: Remark | None = said("What the centre lead said last to the evidence, or null.", None)
    closed_by_name: FullName | None = said("Who closed it, or null.", None)
    closed_at: datetime | None = said("When it was closed, or null.", None)
    created_at: Moment


class ActionList(Answer):
    """The actions of an application, by number."""

    items: Annotated[list[Action], up_to(limits.REQUIRED_ACTIONS)] = said("The actions.", [])


class ActionClosure(Request):
    """What the centre lead says to the evidence."""

    outcome: Annotated[ActionClosureOutcome, choice()] = Field(
        description="`closed`, or `more_evidence_needed`, which opens the action again."
    )
    comment: Annotated[str, several_lines(1, 4000)] = Field(
        description="Why. The centre reads it.", examples=["The sampling strategy now covers every assessor."]
    )
