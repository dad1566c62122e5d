"""Removal of the content of uploaded files."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from app.domain.redactions import RedactionReason, RedactionStatus, UploadKind
from app.schemas import example_centre as example
from app.schemas.answered import Note, Sha256, Title, up_to
from app.schemas.base import Answer, Page, Request
from app.schemas.fields import Flag, choice
from app.schemas.ids import ApplicationId, FileId, FileRedactionId
from app.schemas.paging import ListQuery
from app.schemas.shared import Moment, PersonRef, described
from app.schemas.text import several_lines

_WHY = "It lists learners with their dates of birth."
_EXPLANATION = several_lines(1, 2000)


class FileRemovalCreate(Request):
    """Why the content of a file is to be removed."""

    reason: Annotated[RedactionReason, choice()] = Field(
        description="Why the file should never have been there.", examples=["personal_data"]
    )
    explanation: Annotated[str, _EXPLANATION] = Field(
        description="What is wrong with the file. It is kept with the record: name nobody.", examples=[_WHY]
    )
    redact_file_name: Flag = Field(
        False,
        description="True to redact the file's name too, because it says too much: `redacted.pdf` replaces it "
        "everywhere, submissions included, and the record of the upload loses its details.",
        examples=[False],
    )


class FileRedactionCreate(FileRemovalCreate):
    """Remove the content of an uploaded file for good."""

    file_kind: Annotated[UploadKind, choice()] = Field(
        description="What kind of file it is.", examples=["policy_version"]
    )
    file_id: FileId


class FileCopy(Answer):
    """Another file of the same centre with the same content."""

    file_kind: UploadKind = described("What kind of file it is.", "action_evidence")
    file_id: FileId
    application_id: ApplicationId


class FileRedaction(Answer):
    """The record of a redaction: the content of an uploaded file is removed for good, the file's record and hash
    stay."""

    id: FileRedactionId
    file_kind: UploadKind = described("What kind of file it is.", "policy_version")
    file_id: FileId
    application_id: ApplicationId | None = described(
        "The application that the file belongs to; null for a published document.", example.APPLICATION_ID
    )
    title: Title = described("The file in words.", "a) Appeals procedure for candidates, version 1")
    sha256: Sha256 = described("The content's SHA-256 hash in hexadecimal. It stays.", example.POLICY_SHA256)
    status: RedactionStatus = described(
        "`done`: nobody can download the file any more. `pending`: a decision rests on the file, so a second person "
        "has to confirm. `refused`, `withdrawn` and `expired`: the file stays as it is.",
        "done",
    )
    redact_file_name: bool = described("True if the file's name is redacted too.", False)
    by_centre: bool = described("True if a super user removed the file before it was submitted.", False)
    reason: RedactionReason = described("Why the file should never have been there.", "personal_data")
    explanation: Note = described("What was wrong with the file.", _WHY)
    requested_by: PersonRef = Field(description="Who asked for it.")
    requested_at: Moment = described("When it was asked for.", example.REDACTED_AT)
    expires_at: datetime | None = described(
        "Until when a second person can confirm it; null where one is enough.", None
    )
    settled_by: PersonRef | None = Field(
        description="Who confirmed, refused or withdrew it; null where one person is enough, while it waits, and once "
        "it expires.",
        examples=[None],
    )
    settled_at: datetime | None = described("When it was settled; null while it waits.", example.REDACTED_AT)
    gone_at: datetime | None = described(
        "When the content was gone from the document store, a moment after `settled_at`; null until then.",
        example.REDACTED_AT,
    )
    backups_until: date | None = described(
        "The last day on which a backup can still hold the content, by London's calendar; null until the content is "
        "gone from the store, and where this deployment does not say for how long it keeps backups.",
        "2027-01-23",
    )
    copies: Annotated[list[FileCopy], up_to(10_000)] = Field(
        description="Other files of the centre with the same content. Redact each of them, if it is wrong there too."
    )


class FileRedactionPage(Page[FileRedaction]):
    """Redactions, newest first."""


class FileRedactionQuery(ListQuery):
    """Filters for the list of redactions."""

    status: Annotated[
        RedactionStatus | None, Field(description="Return only redactions with this status.", examples=["pending"])
    ] = None
    application_id: Annotated[
        ApplicationId | None,
        Field(description="Return only redactions of this application's files.", examples=[example.APPLICATION_ID]),
    ] = None
