"""The document store protocol, and its errors."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol
from uuid import UUID

from app.integrations.storage.spool import Spool

CHUNK_BYTES = 64 * 1024
"""The size of the pieces in which a download is streamed."""


SMALL_BYTES = 1024 * 1024
"""Up to this size, a document is held in memory while it is sent."""


class StorageError(Exception):
    """A document could not be kept, read or removed."""


class StorageFull(StorageError):
    """The store is full; nothing was written."""


class StorageUnavailable(StorageError):
    """The store is unreachable, refuses to work or is not this deployment's; a retry may succeed."""


class ObjectMissing(StorageError):
    """Nothing is kept under this key."""


class ObjectChanged(StorageError):
    """Another content is kept under this key than the one that was asked for."""


class WrongStore(StorageUnavailable):
    """The store carries the marker of another database, or none."""


class InvalidKey(StorageError):
    """The key is not one that the product makes: a fault of the caller, never of the person who uploads."""


@dataclass(frozen=True)
class Kept:
    """What the store tells about a document without reading it."""

    key: str
    size: int
    version: str
    """Changes whenever the content is written anew."""
    modified: datetime
    """By the store's own clock; see `DocumentStore.now`."""


@dataclass(frozen=True)
class Digest:
    """What reading the whole of a document tells."""

    kept: Kept
    sha256: str
    content: bytes | None
    """None for more than `SMALL_BYTES`."""


class DocumentStore(Protocol):
    """Immutable documents under keys such as `policies/018f…/018f…`.

    A key is one or more parts of lower-case letters, digits, `.`, `_` and `-`, joined by `/`, each starting with a
    letter or digit, at most 512 characters in all; any other raises `InvalidKey`. Every method may raise
    `StorageUnavailable`, and the refusal `Overloaded` at once where too many calls wait for the store already.
    """

    url: str
    """Where the store is, without credentials."""

    def spool(self) -> Spool:
        """An empty file to receive an upload into. Touches the disk only when it is written."""

    async def put(self, key: str, source: BinaryIO | bytes | Spool) -> None:
        """Keep all of `source`, read from its present position, under `key`, replacing any former content.

        All or nothing: until it returns, a reader sees the former content or none; once it has returned, the content
        survives a power cut. Moves a spool of this store, which can still be read. Holds no more than a few chunks of
        another file in memory. Raises `StorageFull`, and `WrongStore` unless the store has the expected marker.
        """

    async def stat(self, key: str) -> Kept:
        """Size, version and time of the document. Raises `ObjectMissing`, but never for a store that is not ours."""

    async def open(
        self, key: str, *, start: int = 0, end: int | None = None, version: str | None = None
    ) -> AsyncIterator[bytes]:
        """Stream the bytes `start` (inclusive) to `end` (exclusive; `None`: to the last) in pieces of `CHUNK_BYTES`.

        An empty range, or one past the end, streams nothing. `ObjectMissing`, and `ObjectChanged` for another version
        than the given one, are raised by the call itself, before the first piece, so that an HTTP answer can still be a
        problem. With a version, the caller knows the size, so the store is not asked for it.
        """

    async def digest(self, key: str) -> Digest:
        """Read all of the document. Raises `ObjectMissing`."""

    async def delete(self, key: str) -> None:
        """Remove the document under `key`. A missing one is no error. Raises `WrongStore` as `put` does."""

    async def exists(self, key: str) -> bool:
        """True if `key` holds a document."""

    def every(self) -> AsyncIterator[list[Kept]]:
        """List every document, some hundred at a time, in no order."""

    async def now(self) -> datetime:
        """The time by the store's own clock, which `Kept.modified` is compared with."""

    async def sweep(self) -> None:
        """Remove what killed processes have left half written, once it is half a day old."""

    async def marker(self) -> UUID | None:
        """The id of the database that the store belongs to, read anew; None for a store without a marker."""

    async def mark(self, owner: UUID) -> None:
        """Write the marker into a store that has none. Raises `WrongStore` if there is another's."""

    def expect(self, owner: UUID) -> None:
        """From now on, refuse every write and report nothing as missing unless the store carries this marker."""

    async def check(self) -> None:
        """Raise `StorageError` unless the store is ours and can be written to."""
