"""Processes of one server tell each other their metrics, so that a scrape of any of them sees all."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

# Whoever does not answer by then is busy or about to end, and is left out.
_ANSWER_SECONDS = 1.0
_PREFIX = "centre-recognition-serve-"
# By then, whoever made a folder has locked it.
_YOUNG_SECONDS = 60.0


@contextlib.contextmanager
def shared_folder() -> Iterator[Path]:
    """A temporary folder for the sockets of the processes of one server, removed at the end. So are those that killed
    servers left. Each is locked while its server lives: a process number can be somebody else's later."""
    made = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with _locked(made) as ours:
            for path in made.parent.glob(f"{_PREFIX}*"):
                _remove_left(path, before=ours.st_mtime - _YOUNG_SECONDS)
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _remove_left(folder: Path, before: float) -> None:
    # Anybody can make a folder of this name; a link is not followed.
    with contextlib.suppress(OSError), _locked(folder) as found:
        if found.st_uid == os.getuid() and found.st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[os.stat_result]:
    """Hold a lock on the folder. Raises `BlockingIOError` while another process does."""
    # Windows has no such locks, and no server of several processes.
    import fcntl

    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield os.fstat(opened)
    finally:
        os.close(opened)


class Siblings:
    """The processes that share a folder, each with a socket there."""

    def __init__(self, folder: Path, number: int) -> None:
        """`number` is this process's, from 0."""
        self._folder = folder
        self.number = number

    @contextlib.asynccontextmanager
    async def told(self, show: Callable[[], bytes]) -> AsyncIterator[None]:
        """Tell the others what `show` returns, whenever they ask."""

        async def tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                writer.write(show())
                await writer.drain()
                writer.close()

        path = self._path(self.number)
        # That of the process before, which may still be ending.
        path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(tell, path)
        try:
            yield
        finally:
            server.close()

    async def ask(self) -> list[bytes]:
        """What the others tell."""
        others = [path for path in self._folder.glob("*.sock") if path != self._path(self.number)]
        told = await asyncio.gather(*(_ask(path) for path in sorted(others)))
        return [text for text in told if text]

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.sock"


async def _ask(path: Path) -> bytes:
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(_ANSWER_SECONDS):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                return await reader.read()
            finally:
                writer.close()
    return b""
