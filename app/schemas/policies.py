"""Section Policies and Procedures (R13, R14)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.policies import PolicyKey
from app.domain.uploads import InspectionState
from app.schemas import example_centre as example
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
from app.schemas.ids import PolicyVersionId
from app.schemas.shared import InspectionNotices, Moment, RedactedAt, ScanMessage, ScanStateField, described
from app.schemas.text import several_lines


class PolicyState(StrEnum):
    """What the centre has supplied for a policy."""

    MISSING = "missing"
    UPLOADED = "uploaded"
    NOT_APPLICABLE = "not_applicable"


class PolicyVersion(Answer):
    """An uploaded version of a policy."""

    id: PolicyVersionId
    number: Ordinal = described("The version's number, from 1.", 1)
    file_name: FileName = described("The file's name.", example.POLICY_FILE)
    media_type: MediaType = described("The file's media type.", "application/pdf")
    size_bytes: Bytes = described("The file's size in bytes.", example.FILE_SIZE)
    sha256: Sha256 = described("The file's SHA-256 hash in hexadecimal.", example.POLICY_SHA256)
    note: Note | None = described("The centre's note on this version, or null.", "Approved by the board in May.")
    inspection_state: InspectionState = described("The result of inspecting the file.", "passed")
    inspection_notices: InspectionNotices
    scan_state: ScanStateField
    scan_message: ScanMessage
    uploaded_by_name: FullName = described("Who uploaded it.", example.SUPER_USER)
    uploaded_at: Moment = described("When it was uploaded.", example.UPLOADED_AT)
    redacted_at: RedactedAt
    content_path: ApiPath = described(
        "The path that downloads the file.", f"{example.APPLICATION_PATH}/policies/appeals/versions/1/content"
    )


class Policy(Resource):
    """One of the eleven policies, with its guidance and its current version."""

    key: PolicyKey = described("The policy's key.", "appeals")
    letter: Letter = described("The policy's letter in the guide.", "a")
    title: Title = described("The policy's title.", "Appeals procedure for candidates")
    guidance: Essay = described(
        "What the guide says the policy must contain.", "An appeal is a procedure through which …"
    )
    may_be_not_applicable: bool = described("True only for e), which a statement can replace.", False)
    state: PolicyState = described("What the centre has supplied.", "uploaded")
    current_version: PolicyVersion | None = Field(
        description="The version in force; null if there is none or a statement replaces it."
    )
    not_applicable_statement: Note | None = described("The statement that replaces the document, or null.", None)
    declared_by_name: FullName | None = described("Who made the statement, or null.", None)
    declared_at: datetime | None = described("When the statement was made, or null.", None)


class PolicyList(Answer):
    """The eleven policies, a) to k)."""

    items: Annotated[list[Policy], A_FEW] = Field(description="The eleven policies, in the guide's order.")


class PolicyVersionList(Answer):
    """Every version of one policy, newest first."""

    items: Annotated[list[PolicyVersion], up_to(limits.POLICY_VERSIONS)] = Field(description="The versions.")


class NotApplicableDeclaration(Request):
    """Declare that the policy does not apply. Only e) can be declared so."""

    statement: Annotated[str, several_lines(1, 2000)] = Field(
        description="The centre's statement. It replaces the document, also one that was uploaded before.",
        examples=["We plan no qualifications with an invigilated assessment."],
    )
