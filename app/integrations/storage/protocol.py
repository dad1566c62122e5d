"""The document store protocol, and its four errors."""

import errno
from collections.abc import AsyncIterator
from typing import BinaryIO, Protocol

from app.integrations.storage.spool import Spool

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

CHUNK_BYTES = 64 * 1024
"""The size of the pieces in which a download is streamed."""


class StorageError(Exception):
    """A document could not be kept, read or removed."""


class StorageFull(StorageError):
    """The store is full; nothing was written."""


class StorageUnavailable(StorageError):
    """The store is unreachable or refuses to work; a retry may succeed."""


class ObjectMissing(StorageError):
    """Nothing is kept under this key."""


class InvalidKey(StorageError):
    """The key is not one that the product makes: a fault of the caller, never of the person who uploads."""


def storage_error(error: Exception) -> StorageError:
    """The error of this module that an error of the operating system or of obstore amounts to."""
    # obstore keeps the operating system's error number in the text of its message only.
    text = str(error)
    if getattr(error, "errno", None) in _FULL or any(f"(os error {number})" in text for number in _FULL):
        return StorageFull("the document store has no room left")
    return StorageUnavailable(f"the document store failed: {text.splitlines()[0] if text else error!r}")


class DocumentStore(Protocol):
    """Immutable documents under keys such as `policies/018f…/018f…`.

    A key is one or more parts of lower-case letters, digits, `.`, `_` and `-`, joined by `/`, each starting with a
    letter or digit, at most 512 characters in all; any other raises `InvalidKey`. Every method may raise
    `StorageUnavailable`.
    """

    def spool(self) -> Spool:
        """An empty file to receive an upload into. Touches the disk only when it is written."""

    async def put(self, key: str, source: BinaryIO | bytes | Spool) -> None:
        """Keep all of `source`, read from its present position, under `key`, replacing any former content.

        All or nothing: until it returns, a reader sees the former content or none; once it has returned, the content
        survives a power cut. Moves a spool of this store, which can still be read. Holds no more than a few chunks of
        another file in memory. Raises `StorageFull`.
        """

    async def open(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Stream the bytes `start` (inclusive) to `end` (exclusive; `None`: to the last) in pieces of `CHUNK_BYTES`.

        An empty range, or one past the end, streams nothing. `ObjectMissing` is raised by the call itself, before
        the first piece, so that an HTTP answer can still be a problem.
        """

    async def size(self, key: str) -> int:
        """The number of bytes kept under `key`. Raises `ObjectMissing`."""

    async def delete(self, key: str) -> None:
        """Remove the document under `key`. A missing one is no error."""

    async def exists(self, key: str) -> bool:
        """True if `key` holds a document."""
