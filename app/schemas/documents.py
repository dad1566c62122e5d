"""The awarding organisation's documents: the agreement, the code of conduct and guides (R15, R22, R25)."""

from typing import Annotated

from pydantic import Field

from app.domain.documents import DocumentKind
from app.schemas import example_centre as example
from app.schemas.answered import Bytes, FileName, MediaType, Ordinal, Sha256, Title
from app.schemas.base import Answer, Page
from app.schemas.ids import DocumentId, PersonId
from app.schemas.paging import ListQuery
from app.schemas.shared import Moment, RedactedAt, ScanStateField, described


class Document(Answer):
    """One published version of a document. A version never changes; publishing creates the next one."""

    id: DocumentId
    kind: DocumentKind = described("The kind of document.", "centre_agreement")
    version: Ordinal = described("The version's number, from 1.", 3)
    current: bool = described("True for the newest version of its kind.", True)
    title: Title = described("The document's title.", "Centre agreement")
    file_name: FileName = described("The name to save the file under.", "centre-agreement.pdf")
    media_type: MediaType = described("The file's media type.", "application/pdf")
    size_bytes: Bytes = described("The file's size in bytes.", example.FILE_SIZE)
    sha256: Sha256 = described(
        "The content's SHA-256 hash in hexadecimal. An acceptance records the hash that was agreed to.",
        example.AGREEMENT_SHA256,
    )
    scan_state: ScanStateField
    redacted_at: RedactedAt
    sample: bool = described("True for a development sample, which binds nobody.", False)
    published_at: Moment = described("When this version was published.", example.PUBLISHED_AT)
    published_by_id: PersonId | None = described("Who published it; null for a sample.", example.ADMINISTRATOR_ID)


class DocumentPage(Page[Document]):
    """Documents, newest first."""


class DocumentQuery(ListQuery):
    """Filters for the list of documents."""

    kind: Annotated[
        DocumentKind | None,
        Field(
            description="Return every version of this kind of document. Without it, return the current version of "
            "each kind.",
            examples=["centre_agreement"],
        ),
    ] = None
