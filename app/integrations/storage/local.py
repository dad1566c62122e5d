"""Documents in a folder of this machine, read and removed through obstore's local store.

Every obstore call here is the synchronous one, in a thread: a process that ends right after an asynchronous obstore
call can abort instead of exiting.
"""

import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, TypeVar
from uuid import uuid4

import obstore
from anyio import to_thread
from obstore.exceptions import BaseError
from obstore.store import LocalStore

from app.integrations.storage.protocol import (
    CHUNK_BYTES,
    InvalidKey,
    ObjectMissing,
    StorageUnavailable,
    storage_error,
)
from app.integrations.storage.spool import Spool

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*")
_KEY_LENGTH = 512
_INCOMING = ".incoming"
_STALE_SECONDS = 24 * 60 * 60

_Result = TypeVar("_Result")


class LocalDocumentStore:
    """The `DocumentStore` of a deployment on one machine; `folder` is made with mode 0700.

    A document is written beside the others, in a folder that no key can name, flushed to the disk, renamed to its
    key, and the folders on the way are flushed too: a power cut must leave no empty file under a key whose row is
    already committed.
    """

    def __init__(self, folder: Path) -> None:
        """Raises `StorageUnavailable` if the folder cannot be made or written to."""
        self._folder = folder.absolute()
        try:
            for path in (self._folder, self._folder / _INCOMING):
                path.mkdir(parents=True, exist_ok=True)
                path.chmod(0o700)
            _remove_abandoned(self._folder / _INCOMING)
        except OSError as error:
            raise StorageUnavailable(f"the document folder cannot be used: {error.strerror}") from error
        self._store = LocalStore(self._folder)

    async def put(self, key: str, source: BinaryIO | bytes | Spool) -> None:
        """See `DocumentStore.put`."""
        _check(key)
        try:
            await _in_thread(lambda: self._put(key, source))
        except ObjectMissing as error:
            raise StorageUnavailable("the document folder is gone") from error

    def spool(self) -> Spool:
        """See `DocumentStore.spool`."""
        return Spool(self._folder / _INCOMING)

    async def open(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """See `DocumentStore.open`."""
        _check(key)
        pieces = await _in_thread(lambda: self._pieces(key, start, end))
        return _stream(pieces)

    async def size(self, key: str) -> int:
        """See `DocumentStore.size`."""
        _check(key)
        return await _in_thread(lambda: obstore.head(self._store, key)["size"])

    async def delete(self, key: str) -> None:
        """See `DocumentStore.delete`."""
        _check(key)
        try:
            await _in_thread(lambda: obstore.delete(self._store, key))
        except ObjectMissing:
            return

    async def exists(self, key: str) -> bool:
        """See `DocumentStore.exists`."""
        try:
            await self.size(key)
        except ObjectMissing:
            return False
        return True

    def _put(self, key: str, source: BinaryIO | bytes | Spool) -> None:
        path = self._folder / key
        if isinstance(source, Spool) and source.stands_in(self._folder / _INCOMING) and source.tell() == 0:
            _move(source, path)
        else:
            with self.spool() as copy:
                _move(copy.fill(BytesIO(source) if isinstance(source, bytes) else source), path)
        folder = path.parent
        while folder != self._folder.parent:
            _flush(folder)
            folder = folder.parent

    def _pieces(self, key: str, start: int, end: int | None) -> Iterator[bytes]:
        size = obstore.head(self._store, key)["size"]
        stop = size if end is None else min(end, size)
        if start >= stop:
            return iter(())
        found = obstore.get(self._store, key, options={"range": (start, stop)})
        return (bytes(piece) for piece in found.stream(min_chunk_size=CHUNK_BYTES))


def _check(key: str) -> None:
    if len(key) > _KEY_LENGTH or not _KEY.fullmatch(key):
        raise InvalidKey(f"not a document key: {key[:80]!r}")


def _move(spool: Spool, path: Path) -> None:
    """Open the spool's file first: where the folder is gone, nothing makes it anew."""
    spool.write_out()
    path.parent.mkdir(parents=True, exist_ok=True)
    spool.move_to(path)


async def _stream(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (piece := await _in_thread(lambda: next(pieces, None))) is not None:
        yield piece


async def _in_thread(work: Callable[[], _Result]) -> _Result:
    return await to_thread.run_sync(_translated, work)


def _translated(work: Callable[[], _Result]) -> _Result:
    try:
        return work()
    except FileNotFoundError as error:
        raise ObjectMissing("no such document") from error
    except (BaseError, OSError) as error:
        raise storage_error(error) from error


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_abandoned(incoming: Path) -> None:
    """Remove unfinished files of killed processes after a day.

    Ages are measured against a file touched now in the same folder: the file system's own clock, so that neither a
    moved test clock nor a file server's skew removes an upload that is under way.
    """
    probe = incoming / f"probe-{uuid4()}"
    probe.touch()
    now = probe.stat().st_mtime
    probe.unlink()
    for path in incoming.iterdir():
        try:
            if now - path.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        except FileNotFoundError:
            continue
