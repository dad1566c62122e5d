"""Detect an uploaded file's kind from its content, and decide whether to keep it."""

from app.integrations.inspection.filenames import clean_filename, content_disposition
from app.integrations.inspection.inspector import DEFAULT_LIMIT_BYTES, Inspection, inspect
from app.integrations.inspection.kinds import FileKind
from app.integrations.inspection.refusals import FileRefused, RefusalCode

__all__ = [
    "DEFAULT_LIMIT_BYTES",
    "FileKind",
    "FileRefused",
    "Inspection",
    "RefusalCode",
    "clean_filename",
    "content_disposition",
    "inspect",
]
