"""A pool of inspectors for a test, and what it can be asked."""

import asyncio
import contextlib
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psutil

from app.integrations.inspection import FileKind, FileRefused, RefusalCode
from app.integrations.inspection.processes.pool import Pool
from tests.integrations import file_samples as make

PDF, RTF = make.pdf(), make.rtf()
ENDLESS = make.slow()
Found = FileKind | tuple[RefusalCode, str]


def with_pool(body: Callable[[Pool], Awaitable[None]]) -> None:
    """Run the body with a pool that is ended behind it."""

    async def run() -> None:
        inspectors = Pool()
        try:
            await body(inspectors)
        finally:
            inspectors.close()

    asyncio.run(run())


@contextlib.contextmanager
def opened(content: bytes) -> Iterator[int]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        yield file.fileno()


async def verdict(inspectors: Pool, content: bytes, filename: str | None = None) -> Found:
    with opened(content) as descriptor:
        try:
            found = await inspectors.inspect(descriptor, filename=filename, limit_bytes=make.LIMIT_BYTES)
        except FileRefused as refused:
            return refused.code, refused.reason
    return found.kind


async def refusal(inspectors: Pool, content: bytes) -> RefusalCode:
    found = await verdict(inspectors, content)
    assert isinstance(found, tuple)
    return found[0]


def zygote_of(inspectors: Pool) -> psutil.Process:
    assert inspectors._zygote is not None
    return psutil.Process(inspectors._zygote.process.pid)


def workers_of(inspectors: Pool) -> list[psutil.Process]:
    """The workers, those apart that have ended."""
    return [child for child in zygote_of(inspectors).children() if child.status() != psutil.STATUS_ZOMBIE]


def descriptors() -> int:
    count: int = psutil.Process().num_fds()
    return count


def held_by(process: int) -> list[str]:
    return [str(path.readlink()) for path in Path(f"/proc/{process}/fd").iterdir()]


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(1000):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


async def busy_worker(inspectors: Pool) -> tuple["asyncio.Task[Found]", psutil.Process]:
    """A worker that is busy with a file for seconds; no other is there."""
    await refusal(inspectors, make.EXE)
    task = asyncio.create_task(verdict(inspectors, ENDLESS))
    await until(lambda: any(worker.cpu_times().user > 0.1 for worker in workers_of(inspectors)))
    (busy,) = workers_of(inspectors)
    return task, busy
