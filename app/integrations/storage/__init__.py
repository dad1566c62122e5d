"""The document store: one protocol, and the adapter that the settings choose."""

from app.integrations.storage.keeping import keep_file, receive_file, write_out
from app.integrations.storage.local import LocalDocumentStore
from app.integrations.storage.protocol import (
    CHUNK_BYTES,
    DocumentStore,
    InvalidKey,
    ObjectMissing,
    StorageError,
    StorageFull,
    StorageUnavailable,
)
from app.integrations.storage.spool import Spool
from app.settings import Settings

__all__ = [
    "CHUNK_BYTES",
    "DocumentStore",
    "InvalidKey",
    "LocalDocumentStore",
    "ObjectMissing",
    "Spool",
    "StorageError",
    "StorageFull",
    "StorageUnavailable",
    "keep_file",
    "open_store",
    "receive_file",
    "write_out",
]


def open_store(settings: Settings) -> DocumentStore:
    """The deployment's document store: `DATA_DIR/documents`, made with mode 0700 where it does not exist.

    Raises `StorageUnavailable` if the folder cannot be made or written to. Touches the disk: call it at start-up.
    """
    return LocalDocumentStore(settings.data_dir / "documents")
