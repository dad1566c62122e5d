"""Detect an uploaded file's kind from its content, and decide whether to keep it."""

from app.integrations.inspection.filenames import clean_filename, content_disposition
from app.integrations.inspection.kinds import FileKind, Inspection
from app.integrations.inspection.notices import Notice
from app.integrations.inspection.refusals import FileRefused, RefusalCode

__all__ = [
    "FileKind",
    "FileRefused",
    "Inspection",
    "Notice",
    "RefusalCode",
    "clean_filename",
    "content_disposition",
]
