"""What both stores have in common: obstore's calls in threads, the marker, and errors in the product's terms.

Every obstore call is the synchronous one, in a thread: a process that ends right after an asynchronous obstore call can
abort instead of exiting. The threads are those of `places.STORE`.
"""

import hashlib
import json
import re
from abc import ABC, abstractmethod
from asyncio import CancelledError
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from threading import Event
from typing import BinaryIO, TypeVar
from uuid import UUID

import obstore
from obstore.exceptions import BaseError, GenericError
from obstore.store import LocalStore, S3Store

from app.integrations.storage.errors import storage_error
from app.integrations.storage.protocol import (
    CHUNK_BYTES,
    SMALL_BYTES,
    Digest,
    InvalidKey,
    Kept,
    ObjectChanged,
    ObjectMissing,
    StorageUnavailable,
    WrongStore,
)
from app.integrations.storage.spool import Spool
from app.places import OURSELVES, STORE

T = TypeVar("T")
MARKER = "store-marker.json"
PROBE = "readiness-probe"
_OURS = frozenset({MARKER, PROBE})
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*")
_KEY_LENGTH = 512
_LISTED_AT_ONCE = 500


class Objects(ABC):
    """The parts of a `DocumentStore` that do not depend on where the documents are."""

    url: str
    _store: LocalStore | S3Store
    _reader: LocalStore | S3Store
    """For contents, whose reading may take long."""

    def __init__(self) -> None:
        self._owner: UUID | None = None

    @abstractmethod
    def spool(self) -> Spool:
        """See `DocumentStore.spool`."""

    @abstractmethod
    def _put(self, key: str, source: BinaryIO | Spool) -> None:
        """Keep the whole, in a thread."""

    @abstractmethod
    def _create(self, key: str, content: bytes) -> None:
        """Keep a small content unless there is one already, in a thread; the caller looks at what is there then."""

    @abstractmethod
    def _seen_marker(self) -> UUID | None:
        """The marker as it was a moment ago, for a write; in a thread."""

    @abstractmethod
    def _probe(self) -> None:
        """Write something small; in a thread."""

    async def put(self, key: str, source: BinaryIO | bytes | Spool) -> None:
        """See `DocumentStore.put`."""
        check_key(key)
        content, given_up = BytesIO(source) if isinstance(source, bytes) else source, Event()

        def put() -> None:
            self._require_marker(self._seen_marker)
            self._put(key, content)
            if given_up.is_set():
                obstore.delete(self._store, key)

        try:
            await self._run(put, writes=True)
        except CancelledError:
            # The thread goes on, and nobody knows of the file any more.
            given_up.set()
            raise

    async def stat(self, key: str) -> Kept:
        """See `DocumentStore.stat`."""
        check_key(key)
        return await self._run(lambda: self._stat(key))

    async def open(
        self, key: str, *, start: int = 0, end: int | None = None, version: str | None = None
    ) -> AsyncIterator[bytes]:
        """See `DocumentStore.open`."""
        check_key(key)
        return _stream(await self._run(lambda: self._pieces(key, start, end, version)))

    async def digest(self, key: str) -> Digest:
        """See `DocumentStore.digest`."""
        check_key(key)

        def read() -> Digest:
            found, digest, size = obstore.get(self._reader, key), hashlib.sha256(), 0
            kept = _kept(found.meta)
            small: list[bytes] | None = [] if kept.size <= SMALL_BYTES else None
            for piece in found.stream(min_chunk_size=SMALL_BYTES):
                digest.update(piece)
                size += len(piece)
                if small is not None:
                    small.append(bytes(piece))
            if size != kept.size:
                raise StorageUnavailable("The document store broke off its answer.")
            return Digest(kept, digest.hexdigest(), b"".join(small) if small is not None else None)

        return await self._run(read)

    async def delete(self, key: str) -> None:
        """See `DocumentStore.delete`."""
        check_key(key)

        def delete() -> None:
            self._require_marker(self._seen_marker)
            try:
                obstore.delete(self._store, key)
            except FileNotFoundError:
                return

        await self._run(delete, writes=True)

    async def exists(self, key: str) -> bool:
        """See `DocumentStore.exists`."""
        try:
            await self.stat(key)
        except ObjectMissing:
            return False
        return True

    async def every(self) -> AsyncIterator[list[Kept]]:
        """See `DocumentStore.every`."""
        pages = await self._run(lambda: iter(obstore.list(self._store, chunk_size=_LISTED_AT_ONCE)))
        while (page := await self._run(partial(next, pages, None))) is not None:
            kept = [_kept(meta) for meta in page if meta["path"] not in _OURS and _KEY.fullmatch(meta["path"])]
            if kept:
                yield kept

    async def now(self) -> datetime:
        """See `DocumentStore.now`."""

        def ask() -> datetime:
            self._probe()
            return obstore.head(self._store, PROBE)["last_modified"].astimezone(UTC)

        return await self._run(ask, writes=True)

    async def marker(self) -> UUID | None:
        """See `DocumentStore.marker`."""
        return await self._run(self._read_marker)

    async def mark(self, owner: UUID) -> None:
        """See `DocumentStore.mark`."""
        meaning = "This folder or bucket belongs to the database with this id. Do not change or remove this file."
        content = json.dumps({"store_of": str(owner), "meaning": meaning}, indent=2).encode()

        def mark() -> UUID | None:
            self._create(MARKER, content)
            return self._read_marker()

        if await self._run(mark, writes=True) != owner:
            raise WrongStore("Another database claimed the document store at the same time.")

    def expect(self, owner: UUID) -> None:
        """See `DocumentStore.expect`."""
        self._owner = owner

    async def check(self) -> None:
        """See `DocumentStore.check`."""

        def check() -> None:
            self._require_marker(self._read_marker)
            self._probe()

        await self._run(check, writes=True, who=OURSELVES)

    def _stat(self, key: str) -> Kept:
        return _kept(obstore.head(self._store, key))

    def _read_marker(self) -> UUID | None:
        try:
            content = bytes(obstore.get(self._store, MARKER).bytes())
        except FileNotFoundError:
            return None
        try:
            return UUID(json.loads(content)["store_of"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WrongStore(f"The document store's {MARKER} cannot be read.") from error

    def _require_marker(self, read: Callable[[], UUID | None]) -> None:
        if self._owner is None:
            return
        found = read()
        if found is None:
            raise WrongStore(
                f"The document store has lost its {MARKER}: is the folder mounted, is it the right bucket?"
            )
        if found != self._owner:
            raise WrongStore("The document store belongs to another database.")

    def _pieces(self, key: str, start: int, end: int | None, version: str | None) -> Iterator[bytes]:
        if version is None or end is None:
            kept = self._stat(key)
            end = kept.size if end is None else min(end, kept.size)
            if version not in (None, kept.version):
                raise ObjectChanged("Another content is kept under this key.")
            version = kept.version
        if start >= end:
            return iter(())
        try:
            found, skip = obstore.get(self._reader, key, options={"range": (start, end)}), 0
        except GenericError as error:
            if "non-partial response" not in str(error):
                raise
            # A service that ignores ranges sends the whole.
            found, skip = obstore.get(self._reader, key), start
        if _kept(found.meta).version != version:
            raise ObjectChanged("Another content is kept under this key.")
        return _exactly(found.stream(min_chunk_size=CHUNK_BYTES), skip, end - start)

    async def _run(self, work: Callable[[], T], *, writes: bool = False, who: str | None = None) -> T:
        """Do the work in a thread, and translate its errors. What is missing from a store that is not ours is not
        missing."""

        def translated() -> T:
            try:
                return work()
            except (BaseError, OSError) as error:
                found = storage_error(error)
                if isinstance(found, ObjectMissing):
                    _run_translated(lambda: self._require_marker(self._read_marker))
                    if writes:
                        found = StorageUnavailable("The document store's folder or bucket is gone.")
                raise found from error

        return await STORE.run_or_abandon(translated, who=who)


def check_key(key: str) -> None:
    """Raise `InvalidKey` for a key that could leave the store, or that the store uses itself."""
    if len(key) > _KEY_LENGTH or not _KEY.fullmatch(key) or key in _OURS:
        raise InvalidKey(f"not a document key: {key[:80]!r}")


def _run_translated(work: Callable[[], None]) -> None:
    try:
        work()
    except (BaseError, OSError) as error:
        raise storage_error(error) from error


def _kept(meta: "obstore.ObjectMeta") -> Kept:
    modified = meta["last_modified"].astimezone(UTC)
    return Kept(meta["path"], meta["size"], meta["e_tag"] or f"{meta['size']}-{modified.isoformat()}", modified)


def _exactly(pieces: Iterator[bytes], skip: int, length: int) -> Iterator[bytes]:
    """`length` bytes after the first `skip`, in pieces of at most `CHUNK_BYTES`. Raises where fewer come."""
    for got in pieces:
        piece = memoryview(got)[skip:]
        skip = max(0, skip - len(got))
        piece = piece[:length]
        length -= len(piece)
        for at in range(0, len(piece), CHUNK_BYTES):
            yield bytes(piece[at : at + CHUNK_BYTES])
        if not length:
            return
    raise StorageUnavailable("The document store broke off its answer.")


async def _stream(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    def next_piece() -> bytes | None:
        try:
            return next(pieces, None)
        except (BaseError, OSError) as error:
            raise storage_error(error) from error

    # Never refused: the answer has begun.
    while (piece := await STORE.run_or_abandon(next_piece, who=OURSELVES)) is not None:
        yield piece
