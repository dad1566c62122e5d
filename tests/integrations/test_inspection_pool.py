"""Files that are inspected in processes: what a file does to its own, and what the others notice of it."""

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from app.integrations.inspection import FileKind, RefusalCode
from app.integrations.inspection.processes import bounds, messages, pool, program, spawned, worker
from app.integrations.inspection.processes.messages import InspectorFault, Unfinished
from app.integrations.inspection.processes.pool import Pool
from tests.integrations import file_samples as make
from tests.integrations.inspectors import (
    ENDLESS,
    PDF,
    RTF,
    busy_worker,
    descriptors,
    held_by,
    opened,
    refusal,
    until,
    verdict,
    with_pool,
    workers_of,
    zygote_of,
)


def test_a_file_that_never_ends_is_ended_by_the_limit_of_cpu_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "CPU_SECONDS", 1)

    async def body(inspectors: Pool) -> None:
        assert await refusal(inspectors, ENDLESS) is RefusalCode.TOO_COMPLEX
        assert await verdict(inspectors, PDF) is FileKind.PDF

    with_pool(body)


def test_a_file_that_takes_too_long_by_the_clock_loses_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WALL_CLOCK_SECONDS", 0.3)

    async def body(inspectors: Pool) -> None:
        with pytest.raises(Unfinished):
            await verdict(inspectors, ENDLESS)
        await until(lambda: workers_of(inspectors) == [])
        assert await verdict(inspectors, PDF) is FileKind.PDF

    with_pool(body)


def test_a_worker_that_somebody_else_kills_gives_no_verdict() -> None:
    """Such as a kernel that is out of memory: the file may be sound."""

    async def body(inspectors: Pool) -> None:
        task, busy = await busy_worker(inspectors)
        busy.kill()
        with pytest.raises(Unfinished):
            await task
        assert await verdict(inspectors, PDF) is FileKind.PDF

    with_pool(body)


def test_an_error_that_nobody_foresaw_is_damage_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(*_: object) -> messages.Verdict:
        def fails(*_: object, **__: object) -> None:
            raise LookupError("nobody foresaw this")

        monkeypatch.setattr(worker, "inspect", fails)
        question: messages.Question = json.loads(messages.asking(None, 9))
        monkeypatch.setattr(worker, "allow_cpu", lambda _: None)
        return worker.judge(io.BytesIO(PDF), question)

    monkeypatch.setattr(pool._Worker, "ask", answer)

    async def body(inspectors: Pool) -> None:
        assert await refusal(inspectors, PDF) is RefusalCode.DAMAGED
        assert inspectors.unforeseen == 1

    with_pool(body)


def test_a_file_that_takes_all_memory_loses_its_worker() -> None:
    async def body(inspectors: Pool) -> None:
        numbers = make.plain_pdf(make.page_objects(b"[" + b"[1]" * 8_000_000 + b"]"))
        assert await refusal(inspectors, numbers) is RefusalCode.TOO_COMPLEX
        assert await verdict(inspectors, PDF) is FileKind.PDF

    with_pool(body)


def test_the_kernel_holds_a_worker_to_its_limits() -> None:
    async def body(inspectors: Pool) -> None:
        task, held = await busy_worker(inspectors)
        assert held.rlimit(psutil.RLIMIT_AS) == (bounds.MEMORY_BYTES, bounds.MEMORY_BYTES)
        assert held.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
        assert held.rlimit(psutil.RLIMIT_CORE) == (0, 0)
        assert 0 < held.rlimit(psutil.RLIMIT_CPU)[0] <= messages.CPU_SECONDS + 2
        held.kill()
        with pytest.raises(Unfinished):
            await task

    with_pool(body)


def test_workers_that_all_end_before_they_are_asked_are_a_fault_of_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Pool, "_idle_worker", lambda _: None)

    async def body(inspectors: Pool) -> None:
        with pytest.raises(InspectorFault, match="before it is asked"):
            await verdict(inspectors, PDF)

    with_pool(body)


def test_a_python_that_cannot_be_started_is_a_fault_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")

    async def body(inspectors: Pool) -> None:
        before = descriptors()
        with pytest.raises(InspectorFault):
            await verdict(inspectors, PDF)
        assert descriptors() == before

    with_pool(body)


def test_a_worker_that_dies_refuses_its_file_and_no_other() -> None:
    async def body(inspectors: Pool) -> None:
        task, busy = await busy_worker(inspectors)
        busy.send_signal(signal.SIGSEGV)
        found = await task
        assert isinstance(found, tuple)
        assert found[0] is RefusalCode.TOO_COMPLEX
        assert await verdict(inspectors, PDF) is FileKind.PDF

    with_pool(body)


def test_a_worker_that_was_waited_for_is_not_killed_again() -> None:
    """Its number may be that of another process by then, and a zygote that kills nobody would end."""

    async def body(inspectors: Pool) -> None:
        inspectors._add_worker()
        (idle,), zygote = inspectors._idle, zygote_of(inspectors)
        psutil.Process(idle.process).suspend()
        ending = asyncio.create_task(asyncio.to_thread(idle.zygote.exit_code, idle.process))
        await until(lambda: zygote.status() == psutil.STATUS_SLEEPING)
        # The zygote waits for it by now.
        await asyncio.sleep(0.1)
        psutil.Process(idle.process).kill()
        assert await ending == -signal.SIGKILL
        idle.end()
        inspectors._idle.clear()
        assert await verdict(inspectors, PDF) is FileKind.PDF
        assert zygote_of(inspectors) == zygote

    with_pool(body)


def test_an_idle_worker_that_is_killed_costs_no_file() -> None:
    """One is idle if whoever wanted it went away while it was forked."""

    async def body(inspectors: Pool) -> None:
        inspectors._add_worker()
        (idle,) = workers_of(inspectors)
        idle.kill()
        await until(lambda: workers_of(inspectors) == [])
        assert await verdict(inspectors, PDF) is FileKind.PDF
        assert inspectors._idle == []

    with_pool(body)


def test_a_killed_zygote_costs_no_file() -> None:
    async def body(inspectors: Pool) -> None:
        assert await refusal(inspectors, make.EXE) is RefusalCode.UNKNOWN_KIND
        zygote = zygote_of(inspectors)
        zygote.kill()
        assert await verdict(inspectors, PDF) is FileKind.PDF
        assert zygote_of(inspectors) != zygote

    with_pool(body)


def test_a_zygote_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(inspectors: Pool) -> None:
        assert await refusal(inspectors, make.EXE) is RefusalCode.UNKNOWN_KIND
        monkeypatch.setattr(pool, "_START_SECONDS", 10)
        monkeypatch.setattr(pool, "_END_SECONDS", 0.1)
        assert inspectors._zygote is not None
        inspectors._zygote._control.settimeout(0.3)
        zygote_of(inspectors).suspend()
        assert await verdict(inspectors, PDF) is FileKind.PDF

    with_pool(body)


def test_an_inspector_that_cannot_start_is_a_fault_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing library must never be reported as a fault of the file."""
    (tmp_path / "app.py").write_text("import no_such_module")
    monkeypatch.setattr(program, "_ROOT", tmp_path)

    async def body(inspectors: Pool) -> None:
        with pytest.raises(InspectorFault):
            await verdict(inspectors, PDF)

    with_pool(body)
    with opened(PDF) as descriptor, pytest.raises(InspectorFault):
        spawned.inspect_in_child(descriptor, filename=None, limit_bytes=make.LIMIT_BYTES)


def test_a_fault_in_a_worker_is_a_fault_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "asking", lambda *_: b'{"cpu_seconds": 10}')

    async def body(inspectors: Pool) -> None:
        with pytest.raises(InspectorFault, match="KeyError"):
            await verdict(inspectors, PDF)

    with_pool(body)


def test_whoever_gives_up_frees_the_place_and_ends_the_worker() -> None:
    async def body(inspectors: Pool) -> None:
        for _ in range(3):
            task, _ = await busy_worker(inspectors)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await until(lambda: workers_of(inspectors) == [])

    with_pool(body)


def test_no_worker_sees_a_second_file() -> None:
    """What a file does to the process that reads it, no other file meets."""

    async def body(inspectors: Pool) -> None:
        used = []
        fork = pool._Zygote.fork

        def noted(zygote: pool._Zygote) -> pool._Worker:
            forked = fork(zygote)
            used.append(forked.process)
            return forked

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pool._Zygote, "fork", noted)
            for content in [PDF, make.EXE, RTF, PDF]:
                await verdict(inspectors, content)
                assert inspectors._idle == []
        assert len(set(used)) == 4
        await until(lambda: workers_of(inspectors) == [])

    with_pool(body)


def test_fifty_at_once_take_two_workers_and_leave_no_descriptor(monkeypatch: pytest.MonkeyPatch) -> None:
    ask, asked, most = pool._Worker.ask, 0, 0

    async def counted(self: pool._Worker, descriptor: int, question: bytes) -> messages.Verdict | None:
        nonlocal asked, most
        asked += 1
        most = max(most, asked)
        try:
            return await ask(self, descriptor, question)
        finally:
            asked -= 1

    monkeypatch.setattr(pool._Worker, "ask", counted)

    async def body(inspectors: Pool) -> None:
        await verdict(inspectors, PDF)
        opened = descriptors()
        wanted = [(PDF, FileKind.PDF), (RTF, FileKind.RTF), (make.EXE, RefusalCode.UNKNOWN_KIND)]
        files = [wanted[number % len(wanted)] for number in range(50)]
        found = await asyncio.gather(*(verdict(inspectors, content) for content, _ in files))
        assert [each[0] if isinstance(each, tuple) else each for each in found] == [kind for _, kind in files]
        assert most == pool.AT_ONCE
        inspectors.close()
        assert descriptors() <= opened

    with_pool(body)


def test_nothing_of_the_server_reaches_a_worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret that no file may read")

    async def body(inspectors: Pool) -> None:
        listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        with (tmp_path / "open").open("wb") as file:
            os.set_inheritable(file.fileno(), True)
            task, busy = await busy_worker(inspectors)
            for child in (zygote_of(inspectors), busy):
                assert "SECRET_KEY" not in child.environ()
                held = [name for name in held_by(child.pid) if name not in {"/dev/null", "/dev/urandom"}]
                assert [name.startswith("socket:") for name in held] == [True, False][: len(held)]
                # A worker has the file too.
                assert len(held) == (2 if child == busy else 1)
            busy.kill()
            with pytest.raises(Unfinished):
                await task
        listener.close()

    with_pool(body)


_SERVER = """
import asyncio, sys, tempfile
from app.integrations.inspection.processes import messages
from app.integrations.inspection.processes.pool import Pool
from tests.integrations import file_samples as make
messages.CPU_SECONDS = 600
async def main():
    pool = Pool()
    for content in (make.rtf(), make.slow()):
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
        processes: list[psutil.Process] = []
        for _ in range(1000):
            processes = own.children(recursive=True)
            if any(worker.cpu_times().user > 0.3 for worker in processes[1:]):
                break
            time.sleep(0.02)
        server.send_signal(kind)
    gone, alive = psutil.wait_procs(processes, timeout=20)
    assert len(gone) >= 2
    assert alive == []


def test_signals_to_all_processes_leave_the_inspectors_to_finish() -> None:
    async def body(inspectors: Pool) -> None:
        task, busy = await busy_worker(inspectors)
        zygote = zygote_of(inspectors)
        for child in (zygote, busy):
            child.send_signal(signal.SIGTERM)
            child.send_signal(signal.SIGINT)
        worked = busy.cpu_times().user
        await until(lambda: busy.cpu_times().user > worked)
        busy.kill()
        with pytest.raises(Unfinished):
            await task
        assert await verdict(inspectors, PDF) is FileKind.PDF
        assert zygote_of(inspectors) == zygote

    with_pool(body)
