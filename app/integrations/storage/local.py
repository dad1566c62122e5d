"""Documents in a folder of this machine, or of a file server that is mounted there."""

import os
import shutil
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from obstore.store import LocalStore

from app.integrations.storage.objects import MARKER, PROBE, Objects
from app.integrations.storage.protocol import StorageUnavailable
from app.integrations.storage.spool import Spool

_INCOMING = ".incoming"
_STALE_SECONDS = 12 * 60 * 60


class LocalDocumentStore(Objects):
    """The `DocumentStore` of a deployment on one machine; `folder` is made with mode 0700.

    A document is written beside the others, in a folder that no key can name, flushed to the disk, renamed to its
    key, and the folders on the way are flushed too: a power cut must leave no empty file under a key whose row is
    already committed.
    """

    def __init__(self, folder: Path) -> None:
        """Raises `StorageUnavailable` if the folder cannot be made or written to."""
        super().__init__()
        self._folder = folder.absolute()
        self.url = self._folder.as_uri()
        self._marker_seen: tuple[tuple[int, ...], UUID | None] | None = None
        try:
            for path in (self._folder, self._folder / _INCOMING):
                path.mkdir(parents=True, exist_ok=True)
                path.chmod(0o700)
            _remove_abandoned(self._folder / _INCOMING)
        except OSError as error:
            raise StorageUnavailable(f"The document folder cannot be used: {error.strerror}.") from error
        self._store = self._reader = LocalStore(self._folder)

    def spool(self) -> Spool:
        """See `DocumentStore.spool`."""
        return Spool(self._folder / _INCOMING)

    async def sweep(self) -> None:
        """See `DocumentStore.sweep`."""
        await self._run(lambda: _remove_abandoned(self._folder / _INCOMING), writes=True)

    def _put(self, key: str, source: BinaryIO | Spool) -> None:
        path = self._folder / key
        if isinstance(source, Spool) and source.stands_in(self._folder / _INCOMING) and source.tell() == 0:
            _move(source, path)
        else:
            with self.spool() as copy:
                _move(copy.fill(source), path)
        folder = path.parent
        while folder != self._folder.parent:
            _flush(folder)
            folder = folder.parent

    def _create(self, key: str, content: bytes) -> None:
        with self.spool() as copy:
            copy.fill(BytesIO(content))
            with suppress(FileExistsError):
                copy.link_to(self._folder / key)
        _flush(self._folder)

    def _seen_marker(self) -> UUID | None:
        """Read the file again only when it is another one: a call of the system for each write."""
        try:
            found = (self._folder / MARKER).stat()
        except FileNotFoundError:
            return None
        identity = (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)
        if self._marker_seen is None or self._marker_seen[0] != identity:
            self._marker_seen = identity, self._read_marker()
        return self._marker_seen[1]

    def _probe(self) -> None:
        self._put(PROBE, BytesIO(b"ready"))


def _move(spool: Spool, path: Path) -> None:
    """Open the spool's file first: where the folder is gone, nothing makes it anew."""
    spool.write_out()
    path.parent.mkdir(parents=True, exist_ok=True)
    spool.move_to(path)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_abandoned(incoming: Path) -> None:
    """Remove unfinished files of killed processes after half a day.

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
