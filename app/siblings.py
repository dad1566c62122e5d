"""Processes of one server tell each other their metrics, so that a scrape of any of them sees all."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

# Whoever does not answer by then is busy or about to end, and is left out.
_ANSWER_SECONDS = 1.0


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
