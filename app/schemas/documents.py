"""The awarding organisation's documents: the agreement, the code of conduct, and guides (R15, R22, R25)."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain.documents import DocumentKind
from app.schemas.answered import Bytes, FileName, MediaType, Ordinal, Sha256, Title
from app.schemas.base import Answer, Page
from app.schemas.paging import ListQuery
from app.schemas.shared import AnswerId, Moment, said


class Document(Answer):
    """One published version of a document. It never changes; a new version takes its place."""

    id: AnswerId
    kind: DocumentKind = said("Which document.", "centre_agreement")
    version: Ordinal = said("The version's number, from 1 up.", 2)
    current: bool = said("True for the newest version of its kind.", True)
    title: Title = said("What a person reads.", "Centre agreement")
    file_name: FileName = said("The name to save it under.", "centre-agreement.pdf")
    media_type: MediaType = said("Its media type.", "application/pdf")
    size_bytes: Bytes = said("Its size in bytes.", 48213)
    sha256: Sha256 = said(
        "The SHA-256 of its content in hexadecimal; who agrees to a version agrees to this content.",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    )
    sample: bool = said("True for a development sample, which nobody can be bound by.", False)
    published_at: Moment
    published_by_id: UUID | None = said("Who published it; null for a sample.", None)


class DocumentPage(Page[Document]):
    """Documents, the newest first."""


class DocumentQuery(ListQuery):
    """What a list of documents can be narrowed to."""

    kind: Annotated[
        DocumentKind | None,
        Field(
            description="Every version of this document; without it the current version of each.",
            examples=["centre_agreement"],
        ),
    ] = None
