"""Files that are inspected in processes: what a file does to its own, and what the others notice of it."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psutil
import pytest

from app.integrations.inspection import FileKind, FileRefused, RefusalCode
from app.integrations.inspection.inspector import inspect
from app.integrations.inspection.processes import messages, pool, program, spawned, worker
from app.integrations.inspection.processes.messages import InspectorFault
from app.integrations.inspection.processes.pool import Pool
from tests.integrations import file_samples as make
from tests.integrations import (
    test_inspection_compound,
    test_inspection_opendocument,
    test_inspection_openxml,
    test_inspection_pdf,
    test_inspection_rich_text,
    test_inspector,
)

PDF, RTF = make.pdf(), make.rtf()
ENDLESS = make.endless_doc()
Found = FileKind | tuple[RefusalCode, str]

_MODULES = (
    test_inspection_compound,
    test_inspection_opendocument,
    test_inspection_openxml,
    test_inspection_pdf,
    test_inspection_rich_text,
)


def _corpus() -> Iterator[tuple[str, str | None, bytes]]:
    """Every file of the other tests, with its name there and a file name."""
    for module in _MODULES:
        for name, (content, _) in module.REFUSED.items():
            yield name, "policy.pdf", content
        for name, content in module.SOUND.items():
            yield name, None, content
    for name, (filename, content, _) in test_inspector.REFUSED.items():
        yield name, filename, content


def _run(body: Callable[[Pool], Awaitable[None]]) -> None:
    """Run the body with a pool that is ended behind it."""

    async def run() -> None:
        inspectors = Pool()
        try:
            await body(inspectors)
        finally:
            inspectors.close()

    asyncio.run(run())


@contextlib.contextmanager
def _opened(content: bytes) -> Iterator[int]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        yield file.fileno()


async def _found(inspectors: Pool, content: bytes, filename: str | None = None) -> Found:
    with _opened(content) as descriptor:
        try:
            found = await inspectors.inspect(descriptor, filename=filename, limit_bytes=make.LIMIT_BYTES)
        except FileRefused as refused:
            return refused.code, refused.reason
    return found.kind


async def _code(inspectors: Pool, content: bytes) -> RefusalCode:
    found = await _found(inspectors, content)
    assert isinstance(found, tuple)
    return found[0]


def _zygote(inspectors: Pool) -> psutil.Process:
    assert inspectors._zygote is not None
    return psutil.Process(inspectors._zygote.process.pid)


def _workers(inspectors: Pool) -> list[psutil.Process]:
    """The workers, those apart that have ended."""
    return [child for child in _zygote(inspectors).children() if child.status() != psutil.STATUS_ZOMBIE]


def _descriptors() -> int:
    count: int = psutil.Process().num_fds()
    return count


def _held_by(process: int) -> list[str]:
    return [str(path.readlink()) for path in Path(f"/proc/{process}/fd").iterdir()]


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(1000):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


async def _busy_worker(inspectors: Pool) -> tuple["asyncio.Task[Found]", psutil.Process]:
    """A worker that is busy with a file for minutes; no other is there."""
    await _code(inspectors, make.EXE)
    task = asyncio.create_task(_found(inspectors, ENDLESS))
    await _until(lambda: any(worker.cpu_times().user > 0.1 for worker in _workers(inspectors)))
    (busy,) = _workers(inspectors)
    return task, busy


def test_a_file_that_never_ends_is_ended_by_the_limit_of_cpu_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "CPU_SECONDS", 1)

    async def body(inspectors: Pool) -> None:
        assert await _code(inspectors, ENDLESS) is RefusalCode.TOO_COMPLEX
        assert await _found(inspectors, PDF) is FileKind.PDF

    _run(body)


def test_the_limit_of_cpu_time_counts_from_each_file_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "CPU_SECONDS", 1)
    slow = make.plain_pdf(make.page_objects(*[b"<</A[1 2 3]>>"] * 6_000))

    async def body(inspectors: Pool) -> None:
        for _ in range(8):
            assert await _found(inspectors, slow) is FileKind.PDF
        used = _workers(inspectors)[0].cpu_times()
        assert used.user + used.system > 1

    _run(body)


def test_a_file_that_takes_too_long_by_the_clock_loses_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WALL_CLOCK_SECONDS", 0.3)

    async def body(inspectors: Pool) -> None:
        assert await _code(inspectors, ENDLESS) is RefusalCode.TOO_COMPLEX
        await _until(lambda: _workers(inspectors) == [])

    _run(body)


def test_a_file_that_takes_all_memory_loses_its_worker() -> None:
    async def body(inspectors: Pool) -> None:
        numbers = make.plain_pdf(make.page_objects(b"[" + b"1 " * 12_000_000 + b"]"))
        assert await _code(inspectors, numbers) is RefusalCode.TOO_COMPLEX
        assert await _found(inspectors, PDF) is FileKind.PDF

    _run(body)


def test_the_kernel_holds_a_worker_to_its_limits() -> None:
    async def body(inspectors: Pool) -> None:
        await _found(inspectors, PDF)
        (held,) = _workers(inspectors)
        assert held.rlimit(psutil.RLIMIT_AS) == (worker.MEMORY_BYTES, worker.MEMORY_BYTES)
        assert held.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
        assert held.rlimit(psutil.RLIMIT_CORE) == (0, 0)
        assert 0 < held.rlimit(psutil.RLIMIT_CPU)[0] <= messages.CPU_SECONDS + 2

    _run(body)


def test_workers_that_all_end_before_they_are_asked_are_a_fault_of_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Pool, "_idle_worker", lambda _: None)

    async def body(inspectors: Pool) -> None:
        with pytest.raises(InspectorFault, match="before it is asked"):
            await _found(inspectors, PDF)

    _run(body)


def test_a_python_that_cannot_be_started_is_a_fault_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")

    async def body(inspectors: Pool) -> None:
        before = _descriptors()
        with pytest.raises(InspectorFault):
            await _found(inspectors, PDF)
        assert _descriptors() == before

    _run(body)


def test_a_worker_that_dies_refuses_its_file_and_no_other() -> None:
    async def body(inspectors: Pool) -> None:
        task, busy = await _busy_worker(inspectors)
        busy.send_signal(signal.SIGSEGV)
        found = await task
        assert isinstance(found, tuple)
        assert found[0] is RefusalCode.TOO_COMPLEX
        assert await _found(inspectors, PDF) is FileKind.PDF

    _run(body)


def test_an_idle_worker_that_is_killed_costs_no_file() -> None:
    async def body(inspectors: Pool) -> None:
        assert await _found(inspectors, PDF) is FileKind.PDF
        idle = _workers(inspectors)[0]
        idle.kill()
        await _until(lambda: _workers(inspectors) == [])
        assert await _found(inspectors, PDF) is FileKind.PDF

    _run(body)


def test_a_killed_zygote_costs_no_file() -> None:
    async def body(inspectors: Pool) -> None:
        assert await _code(inspectors, make.EXE) is RefusalCode.UNKNOWN_KIND
        zygote = _zygote(inspectors)
        zygote.kill()
        assert await _found(inspectors, PDF) is FileKind.PDF
        assert _zygote(inspectors) != zygote

    _run(body)


def test_a_zygote_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(inspectors: Pool) -> None:
        assert await _code(inspectors, make.EXE) is RefusalCode.UNKNOWN_KIND
        monkeypatch.setattr(pool, "_START_SECONDS", 10)
        monkeypatch.setattr(pool, "_END_SECONDS", 0.1)
        assert inspectors._zygote is not None
        inspectors._zygote._control.settimeout(0.3)
        _zygote(inspectors).suspend()
        assert await _found(inspectors, PDF) is FileKind.PDF

    _run(body)


def test_an_inspector_that_cannot_start_is_a_fault_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing library must never be reported as a fault of the file."""
    (tmp_path / "app.py").write_text("import no_such_module")
    monkeypatch.setattr(program, "_ROOT", tmp_path)

    async def body(inspectors: Pool) -> None:
        with pytest.raises(InspectorFault):
            await _found(inspectors, PDF)

    _run(body)
    with _opened(PDF) as descriptor, pytest.raises(InspectorFault):
        spawned.inspect_in_child(descriptor, filename=None, limit_bytes=make.LIMIT_BYTES)


def test_a_fault_in_a_worker_is_a_fault_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "asking", lambda *_: b'{"cpu_seconds": 10}')

    async def body(inspectors: Pool) -> None:
        with pytest.raises(InspectorFault, match="KeyError"):
            await _found(inspectors, PDF)

    _run(body)


def test_whoever_gives_up_frees_the_place_and_ends_the_worker() -> None:
    async def body(inspectors: Pool) -> None:
        for _ in range(3):
            task, _ = await _busy_worker(inspectors)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await _until(lambda: _workers(inspectors) == [])

    _run(body)


def test_a_worker_ends_after_a_refusal_and_after_twenty_files() -> None:
    async def body(inspectors: Pool) -> None:
        used = []
        for content in [PDF, make.EXE, *[RTF] * (worker.MOST_FILES + 1)]:
            await _found(inspectors, content)
            used.append({idle.process for idle in inspectors._idle})
        (first,), last, (*_, second) = used[0], used[-2], used[2]
        assert used[1] == set()
        assert used[2:-2] == [{second}] * (worker.MOST_FILES - 1)
        assert last == set()
        assert used[-1] not in ({first}, {second}, set())

    _run(body)


def test_a_worker_that_has_grown_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    # A parsed object is many times the size of its text.
    large = make.plain_pdf(make.page_objects(*[b"[" + b"1 " * 100 + b"]"] * 1_000))

    async def body(inspectors: Pool) -> None:
        await _found(inspectors, PDF)
        resident = _workers(inspectors)[0].memory_info().rss
        monkeypatch.setattr(messages, "MOST_RESIDENT_BYTES", resident + 5_000_000)
        await _found(inspectors, PDF)
        assert len(inspectors._idle) == 1
        assert await _found(inspectors, large) is FileKind.PDF
        assert inspectors._idle == []

    _run(body)


def test_fifty_at_once_take_two_workers_and_leave_no_descriptor() -> None:
    async def body(inspectors: Pool) -> None:
        await _found(inspectors, PDF)
        opened = _descriptors()
        most = 0

        async def watch() -> None:
            nonlocal most
            while True:
                most = max(most, len(_workers(inspectors)))
                await asyncio.sleep(0)

        watching = asyncio.create_task(watch())
        wanted = [(PDF, FileKind.PDF), (RTF, FileKind.RTF), (make.EXE, RefusalCode.UNKNOWN_KIND)]
        files = [wanted[number % len(wanted)] for number in range(50)]
        found = await asyncio.gather(*(_found(inspectors, content) for content, _ in files))
        watching.cancel()
        assert [each[0] if isinstance(each, tuple) else each for each in found] == [kind for _, kind in files]
        # A worker that has given its last verdict may still be on its way out.
        assert 0 < most <= 2 * pool.AT_ONCE
        inspectors.close()
        assert _descriptors() <= opened

    _run(body)


def test_nothing_of_the_server_reaches_a_worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret that no file may read")

    async def body(inspectors: Pool) -> None:
        listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        with (tmp_path / "open").open("wb") as file:
            os.set_inheritable(file.fileno(), True)
            await _found(inspectors, PDF)
            for child in [_zygote(inspectors), *_workers(inspectors)]:
                assert "SECRET_KEY" not in child.environ()
                held = _held_by(child.pid)
                assert {name for name in held if not name.startswith("socket:")} == {"/dev/null"}
                assert len([name for name in held if name.startswith("socket:")]) == 1
        listener.close()

    _run(body)


_SERVER = """
import asyncio, sys, tempfile
from app.integrations.inspection.processes import messages
from app.integrations.inspection.processes.pool import Pool
from tests.integrations import file_samples as make
messages.CPU_SECONDS = 600
async def main():
    pool = Pool()
    for content in (make.rtf(), make.endless_doc()):
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.flush()
            asking = pool.inspect(file.fileno(), filename=None, limit_bytes=1 << 25)
            if content == make.rtf():
                await asking
                print("inspected", flush=True)
            else:
                await asking
asyncio.run(main())
"""


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGTERM])
def test_the_processes_end_with_the_server(kind: signal.Signals) -> None:
    """Also the one that is busy with a file for minutes."""
    server = subprocess.Popen([sys.executable, "-c", _SERVER], stdout=subprocess.PIPE, cwd=Path.cwd())
    with server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"inspected\n"
        own = psutil.Process(server.pid)
        zygote, busy = own.children(recursive=True)
        for _ in range(500):
            if busy.cpu_times().user > 0.3:
                break
            time.sleep(0.02)
        server.send_signal(kind)
    gone, alive = psutil.wait_procs([zygote, busy], timeout=20)
    assert (len(gone), alive) == (2, [])


def test_signals_to_all_processes_leave_the_inspectors_to_finish() -> None:
    async def body(inspectors: Pool) -> None:
        await _found(inspectors, PDF)
        before = [child.pid for child in [_zygote(inspectors), *_workers(inspectors)]]
        for child in [_zygote(inspectors), *_workers(inspectors)]:
            child.send_signal(signal.SIGTERM)
            child.send_signal(signal.SIGINT)
        assert await _found(inspectors, PDF) is FileKind.PDF
        assert [child.pid for child in [_zygote(inspectors), *_workers(inspectors)]] == before

    _run(body)


def test_a_worker_says_the_same_as_the_inspection_itself() -> None:
    async def body(inspectors: Pool) -> None:
        count = 0
        for name, filename, content in _corpus():
            count += 1
            with _opened(content) as descriptor, os.fdopen(os.dup(descriptor), "rb") as source:
                plain: Found
                try:
                    plain = inspect(source, filename=filename, limit_bytes=make.LIMIT_BYTES).kind
                except FileRefused as refused:
                    plain = refused.code, refused.reason
            assert await _found(inspectors, content, filename) == plain, name

        assert count > 100

    _run(body)


@pytest.mark.parametrize("content", [PDF, RTF, make.EXE, b"", PDF[:-500]], ids=["pdf", "rtf", "exe", "empty", "cut"])
def test_a_process_for_each_file_says_the_same_as_a_worker(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of systems without fork."""

    async def body(inspectors: Pool) -> None:
        by_worker = await _found(inspectors, content, "policy.doc")
        monkeypatch.setattr(pool, "_FORKS", False)
        assert await _found(inspectors, content, "policy.doc") == by_worker

    _run(body)


def test_a_process_for_one_file_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_FORKS", False)

    async def body(inspectors: Pool) -> None:
        monkeypatch.setattr(messages, "CPU_SECONDS", 1)
        assert await _code(inspectors, ENDLESS) is RefusalCode.TOO_COMPLEX
        monkeypatch.setattr(spawned, "WALL_CLOCK_SECONDS", 0.01)
        assert await _code(inspectors, PDF) is RefusalCode.TOO_COMPLEX

    _run(body)
