"""An upload on its way to the store: hashed as it comes, and written where the store can keep it without a copy."""

import hashlib
import os
import tempfile
from io import SEEK_CUR, SEEK_END, SEEK_SET, RawIOBase
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

MEMORY_BYTES = 1024 * 1024
"""How much waits in memory before it is written. A small upload is written when it has come whole."""

_READ_BYTES = 256 * 1024
# The most buffers that one call of the system takes.
_BUFFERS = 512


class Spool(RawIOBase):
    """A file that is received once, from start to end, by `append` and `write_out`, and then read.

    All methods but `append` and `seek` block. Closing it removes the file, unless the store has taken it.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is where a store takes its files from; without one, the file is a temporary one without a name."""
        super().__init__()
        self._folder = folder
        self._path: Path | None = None
        self._writer = self._reader = -1
        self._pieces: list[bytes | memoryview] = []
        self._digest = hashlib.sha256()
        self._position = 0
        self.size = 0
        self.waiting = 0
        """How many bytes `write_out` would write."""

    def fill(self, source: "BinaryIO | Spool") -> "Spool":
        """Receive the rest of the source."""
        while piece := source.read(_READ_BYTES):
            self.append(piece)
            if self.full:
                self.write_out()
        self.write_out()
        return self

    def append(self, piece: bytes | memoryview) -> None:
        """Receive a piece, which must not change any more."""
        self._pieces.append(piece)
        self.size += len(piece)
        self.waiting += len(piece)

    @property
    def full(self) -> bool:
        """True if `write_out` should be called: a thousand small pieces weigh more than what is in them."""
        return self.waiting >= MEMORY_BYTES or len(self._pieces) >= _BUFFERS

    def write_out(self) -> None:
        """Hash and write what waits. Raises `OSError`."""
        if self._reader < 0:
            self._open()
        pieces, self._pieces, self.waiting = self._pieces, [], 0
        for piece in pieces:
            self._digest.update(piece)
        for at in range(0, len(pieces), _BUFFERS):
            _write_all(self._writer, pieces[at : at + _BUFFERS])

    def sha256(self) -> str:
        """The hash of the whole, in lower-case hexadecimal."""
        self.write_out()
        return self._digest.hexdigest()

    def fileno(self) -> int:
        """A descriptor that can only read. Its position means nothing to the spool, so others may move it."""
        self.write_out()
        return self._reader

    def move_to(self, path: Path) -> None:
        """Give the file, flushed to the disk, this name, instead of removing it. Raises `OSError`."""
        os.fsync(self.fileno())
        assert self._path is not None, "only a spool in a folder has a name to change"
        self._path.replace(path)
        self._path = None

    def link_to(self, path: Path) -> None:
        """Give the file, flushed to the disk, a second name. Raises `FileExistsError` if something has it."""
        os.fsync(self.fileno())
        assert self._path is not None, "only a spool in a folder has a name"
        os.link(self._path, path)

    def stands_in(self, folder: Path) -> bool:
        """True if the file is, or will be, in this folder, and has not been moved."""
        return self._folder == folder and (self._path is not None or self._reader < 0)

    @property
    def has_file(self) -> bool:
        """True if closing it will remove a file."""
        return self._path is not None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        self._position = offset + {SEEK_SET: 0, SEEK_CUR: self._position, SEEK_END: self.size}[whence]
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        # Not every macOS has the call that reads into a buffer.
        read = os.pread(self.fileno(), len(buffer), self._position)
        buffer[: len(read)] = read
        self._position += len(read)
        return len(read)

    def close(self) -> None:
        if self._reader >= 0:
            os.close(self._reader)
            os.close(self._writer)
            self._reader = -1
            if self._path is not None:
                self._path.unlink(missing_ok=True)
        super().close()

    def _open(self) -> None:
        path = (self._folder or Path(tempfile.gettempdir())) / str(uuid4())
        writer = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            self._reader = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            os.close(writer)
            path.unlink()
            raise
        self._writer = writer
        if self._folder is None:
            path.unlink()
        else:
            self._path = path


def _write_all(descriptor: int, pieces: list[bytes | memoryview]) -> None:
    """Write every byte; the system may take fewer at a time."""
    while pieces:
        written = os.writev(descriptor, pieces)
        while pieces and written >= len(pieces[0]):
            written -= len(pieces.pop(0))
        if written:
            pieces[0] = memoryview(pieces[0])[written:]
