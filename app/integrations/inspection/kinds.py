"""The kinds of document that are accepted, and what an inspection finds."""

from dataclasses import dataclass
from enum import StrEnum

from app.integrations.inspection.notices import Notice


class FileKind(StrEnum):
    """A kind of document; the value is its file name extension."""

    PDF = "pdf"
    DOC = "doc"
    DOCX = "docx"
    ODT = "odt"
    RTF = "rtf"

    @property
    def media_type(self) -> str:
        """The media type as registered with IANA."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOC: "application/msword",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.ODT: "application/vnd.oasis.opendocument.text",
    FileKind.RTF: "application/rtf",
}


@dataclass(frozen=True)
class Inspection:
    """The kind of the content, whatever the file's name says, and what is to be told of it."""

    kind: FileKind
    media_type: str
    notices: tuple[Notice, ...] = ()
