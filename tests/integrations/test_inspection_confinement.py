"""What a file that manages to run code in its worker could do: nothing but use up its own limits."""

import asyncio
import contextlib
import json
import pickle
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from app.integrations.inspection.processes.pool import Pool
from tests.fuzz_files.campaign import judged
from tests.fuzz_files.seeds import SEEDS
from tests.integrations import file_samples as make
from tests.integrations.inspectors import busy_worker, with_pool

_OPENING = """
    "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
    "a datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "a socket of the system": lambda: socket.socket(socket.AF_UNIX),
    "read": lambda: open("/etc/passwd"),
    "write": lambda: open(victim + ".new", "w"),
    "list": lambda: os.listdir("/"),
    "in memory": lambda: os.memfd_create("x"),
"""
_OTHERS = """
    "remove": lambda: os.unlink(victim),
    "rename": lambda: os.rename(victim, victim + ".moved"),
    "a folder": lambda: os.mkdir(victim + ".folder"),
    "permissions": lambda: os.chmod(victim, 0o777),
    "fork": lambda: os.fork() or os._exit(0),
    "a thread": lambda: threading.Thread(target=int).start(),
    "another program": lambda: os.execv("/bin/true", ["true"]),
    "signal": lambda: os.kill(os.getppid(), 0),
    "trace": lambda: call(libc.ptrace, 16, os.getppid(), 0, 0),
    "more rights": lambda: call(libc.unshare, 0x10000000),
    "a limit taken back": lambda: call(libc.prlimit, 0, 7, ctypes.byref((ctypes.c_ulong * 2)(9, 9)), None),
    "another filter": lambda: call(libc.prctl, 22, 2, 0),
"""
_PROGRAM = """
import ctypes, json, os, socket, sys, threading
from app.integrations.inspection.processes import confinement
victim = sys.argv[1]
source, libc = open(victim, "rb"), ctypes.CDLL(None, use_errno=True)
def call(function, *arguments):
    if function(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")
attempts = {%s}
%s
done = []
for name, attempt in attempts.items():
    try:
        attempt()
        done.append(name)
    except Exception:
        pass
os.write(1, json.dumps([done, len(attempts), source.read(8).decode()]).encode())
os._exit(0)
"""


@pytest.mark.parametrize(
    ("attempts", "confined", "number"),
    [
        (_OPENING + _OTHERS, "assert confinement.confine()", 19),
        # On other systems and processors, and where the kernel refuses.
        (_OPENING, "confinement._open_nothing_more()", 7),
    ],
)
def test_a_confined_process_reads_its_file_and_does_nothing_else(
    tmp_path: Path, attempts: str, confined: str, number: int
) -> None:
    path = tmp_path / "document"
    path.write_bytes(b"%PDF-1.7")
    program = _PROGRAM % (attempts, confined)
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, check=True, cwd=Path.cwd())
    assert json.loads(done.stdout) == [[], number, "%PDF-1.7"]
    assert list(tmp_path.iterdir()) == [path]


def test_the_attempts_succeed_outside(tmp_path: Path) -> None:
    """The control: each means something."""
    path = tmp_path / "document"
    path.write_bytes(b"%PDF-1.7")
    attempts = "".join(line + "\n" for line in _OPENING.splitlines() if '"connect"' not in line)
    attempts += "".join(line + "\n" for line in _OTHERS.splitlines() if '"fork"' in line or '"a thread"' in line)
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM % (attempts, ""), str(path)], capture_output=True, check=True, cwd=Path.cwd()
    )
    assert len(json.loads(done.stdout)[0]) == 8


_JUDGE = """
import pickle, os, sys
from tests.fuzz_files.campaign import judged
from app.integrations.inspection.processes import confinement, zygote
zygote._warm_up()
contents = pickle.load(sys.stdin.buffer)
assert confinement.confine()
os.write(1, pickle.dumps([judged(content) for content in contents]))
"""
_WRITTEN = {"utf-16": "utf-16"}


def test_a_confined_process_gives_the_same_verdicts() -> None:
    """Whatever the document is written in: a parser that wanted one more module would call a sound file damaged."""
    code_pages = ["iso-8859-15", "windows-1251", "koi8-r", "macintosh", "ibm437", "shift_jis", "utf-16", "nonsense"]
    parts = [
        make.docx({"word/more.xml": f'<?xml version="1.0" encoding="{name}"?><a/>'.encode(_WRITTEN.get(name, "ascii"))})
        for name in code_pages
    ]
    contents = [*parts, *SEEDS[::6]]
    done = subprocess.run(
        [sys.executable, "-c", _JUDGE], input=pickle.dumps(contents), capture_output=True, check=True, cwd=Path.cwd()
    )
    found = pickle.loads(done.stdout)
    assert found == [judged(content) for content in contents]
    assert [each[:6] for each in found[:8]] == ["passed"] * 5 + ["damage", "passed", "damage"]


def test_a_worker_is_confined_before_it_reads_the_file() -> None:
    async def body(inspectors: Pool) -> None:
        task, busy = await busy_worker(inspectors)
        status = await asyncio.to_thread(Path(f"/proc/{busy.pid}/status").read_text)
        assert "Seccomp:\t2" in status
        assert "NoNewPrivs:\t1" in status
        assert busy.rlimit(psutil.RLIMIT_NOFILE) == busy.rlimit(psutil.RLIMIT_NPROC) == (0, 0)
        assert inspectors.confined
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    with_pool(body)
