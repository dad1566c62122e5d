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
    if settings.document_store_url is None:
        return LocalDocumentStore(settings.data_dir / "documents")
    parts = urlsplit(settings.document_store_url)
    if parts.scheme == "s3":
        return S3DocumentStore(parts.netloc, parts.path.strip("/"), settings.s3)
    return LocalDocumentStore(Path(unquote(parts.path)))
