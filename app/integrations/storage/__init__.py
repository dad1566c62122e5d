"""The document store: one protocol, and the adapter that the settings choose."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.integrations.storage.keeping import discard_file, keep_file, receive_file, write_out
from app.integrations.storage.local import LocalDocumentStore
from app.integrations.storage.protocol import (
    CHUNK_BYTES,
    Digest,
    DocumentStore,
    InvalidKey,
    Kept,
    ObjectChanged,
    ObjectMissing,
    StorageError,
    StorageFull,
    StorageUnavailable,
    WrongStore,
)
from app.integrations.storage.s3 import S3DocumentStore
from app.integrations.storage.spool import Spool
from app.settings import Settings

__all__ = [
    "CHUNK_BYTES",
    "Digest",
    "DocumentStore",
    "InvalidKey",
    "Kept",
    "LocalDocumentStore",
    "ObjectChanged",
    "ObjectMissing",
    "S3DocumentStore",
    "Spool",
    "StorageError",
    "StorageFull",
    "StorageUnavailable",
    "WrongStore",
    "discard_file",
    "folder_of",
    "keep_file",
    "open_store",
    "receive_file",
    "write_out",
]


def open_store(settings: Settings) -> DocumentStore:
    """The deployment's document store: that of `DOCUMENT_STORE_URL`, or the folder `DATA_DIR/documents`.

    A folder is made with mode 0700 where it does not exist. Raises `StorageUnavailable` if it cannot be made or written
    to; nothing is asked of a service yet. Touches the disk: call it at start-up.
    """
    folder = folder_of(settings)
    if folder is not None:
        return LocalDocumentStore(folder)
    parts = urlsplit(settings.document_store_url or "")
    return S3DocumentStore(parts.netloc, parts.path.strip("/"), settings.s3)


def folder_of(settings: Settings) -> Path | None:
    """The folder that documents are kept in; None for a bucket."""
    if settings.document_store_url is None:
        return settings.data_dir / "documents"
    parts = urlsplit(settings.document_store_url)
    return None if parts.scheme == "s3" else Path(unquote(parts.path))
