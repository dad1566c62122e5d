"""Section Policies and Procedures (R13, R14)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.policies import PolicyKey
from app.domain.uploads import InspectionState
from app.schemas.answered import (
    A_FEW,
    ApiPath,
    Bytes,
    Essay,
    FileName,
    FullName,
    Letter,
    MediaType,
    Note,
    Ordinal,
    Sha256,
    Title,
    up_to,
)
from app.schemas.base import Answer, Request, Resource
from app.schemas.shared import AnswerId, Moment, said
from app.schemas.text import several_lines


class PolicyState(StrEnum):
    """What stands in a policy's place."""

    MISSING = "missing"
    UPLOADED = "uploaded"
    NOT_APPLICABLE = "not_applicable"


class PolicyVersion(Answer):
    """One uploaded version of a policy."""

    id: AnswerId
    number: Ordinal = said("The version's number, from 1.", 1)
    file_name: FileName = said("The file's name.", "Appeals procedure.pdf")
    media_type: MediaType = said("What the content is.", "application/pdf")
    size_bytes: Bytes = said("Its size in bytes.", 48213)
    sha256: Sha256 = said(
        "SHA-256 of the content, in hexadecimal.", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )
    note: Note | None = said("What the centre noted beside it, or null.", "Approved by the board in May.")
    inspection_state: InspectionState = said("What was found when it was looked at.", "passed")
    uploaded_by_name: FullName = said("Who uploaded it.", "Alex Morgan")
    uploaded_at: Moment
    content_path: ApiPath = said(
        "Where it is downloaded.",
        "/v1/applications/0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21/policies/appeals/versions/1/content",
    )


class Policy(Resource):
    """The place of one of the eleven policies."""

    key: PolicyKey = said("Which of the eleven.", "appeals")
    letter: Letter = said("Its letter in the guide.", "a")
    title: Title = said("Its title.", "Appeals procedure for candidates")
    guidance: Essay = said("What the guide says it must contain.", "An appeal is a procedure through which …")
    may_be_not_applicable: bool = said("True for e) alone (R14).", False)
    state: PolicyState = said("What stands in its place.", "uploaded")
    current_version: PolicyVersion | None = said("The version that counts, or null.", None)
    not_applicable_statement: Note | None = said("The statement in the document's place, or null.", None)
    declared_by_name: FullName | None = said("Who made the statement, or null.", None)
    declared_at: datetime | None = said("When the statement was made, or null.", None)


class PolicyList(Answer):
    """The eleven policies a) to k)."""

    items: Annotated[list[Policy], A_FEW] = said("The eleven, in the order of the guide.", [])


class PolicyVersionList(Answer):
    """Every version of one policy, the newest first."""

    items: Annotated[list[PolicyVersion], up_to(limits.POLICY_VERSIONS)] = said("The versions.", [])


class NotApplicableDeclaration(Request):
    """State that the policy does not apply (e only, R14)."""

    statement: Annotated[str, several_lines(1, 2000)] = Field(
        description="The centre's statement, in the document's place.",
        examples=["We plan no qualifications with an invigilated assessment."],
    )
