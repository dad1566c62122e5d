"""The program around one inspection, or around some in turn, with limits that the kernel enforces.

The limits bound a runaway parser. They do not hold back code that a file manages to run (decision 19).
"""

import gc
import json
import math
import os
import signal
import socket
import sys
from pathlib import Path
from typing import BinaryIO

from app.integrations.inspection.inspector import inspect
from app.integrations.inspection.processes.messages import (
    MESSAGE_BYTES,
    TOO_COMPLEX,
    WALL_CLOCK_SECONDS,
    Question,
    Verdict,
    to_message,
    told,
)
from app.integrations.inspection.refusals import FileRefused, RefusalCode

MOST_FILES = 20
MEMORY_BYTES = 640 * 1024 * 1024

# The server ends a worker at `WALL_CLOCK_SECONDS`. The alarm is for when no server is left to do it.
_ALARM_SECONDS = WALL_CLOCK_SECONDS + 5


def serve(channel: socket.socket) -> None:
    """Inspect the files that come over the channel, until this process should not be used again."""
    bound()
    for number in range(1, MOST_FILES + 1):
        message, descriptors, _, _ = socket.recv_fds(channel, MESSAGE_BYTES, 1)
        if not descriptors:
            return
        question = json.loads(message)
        signal.setitimer(signal.ITIMER_REAL, _ALARM_SECONDS)
        with os.fdopen(descriptors[0], "rb") as source:
            verdict = judge(source, question)
        signal.setitimer(signal.ITIMER_REAL, 0)
        ends = "kind" not in verdict or number == MOST_FILES or _resident_bytes() > question["most_resident_bytes"]
        channel.send(to_message({**verdict, "ends": True} if ends else verdict))
        if ends:
            return
        # Documents are full of circles, which would otherwise pile up from one file to the next.
        gc.collect()


def once() -> None:
    """Inspect the file on standard input, and write the verdict to standard output."""
    bound()
    sys.stdout.buffer.write(to_message(judge(sys.stdin.buffer, json.loads(sys.argv[1]))))
    sys.stdout.flush()


def judge(source: BinaryIO, question: Question) -> Verdict:
    """Inspect the file, as the question of `asking` says."""
    _allow_cpu(question["cpu_seconds"])
    filename, limit_bytes = question["filename"], question["limit_bytes"]
    try:
        found = inspect(source, filename=filename, limit_bytes=limit_bytes)
        return {"kind": found.kind.value, "notices": [notice.to_json() for notice in found.notices]}
    except FileRefused as refused:
        return {"refused": refused.code.value, "reason": refused.reason}
    except (MemoryError, RecursionError):
        return TOO_COMPLEX
    except Exception:
        # A parser fails on nonsense in ways that nobody foresees. The server's log has the rest.
        return {"refused": RefusalCode.DAMAGED.value, "fault": told()}


def bound() -> None:
    """Set the limits that hold for every file."""
    try:
        import resource
    except ImportError:
        # Windows has none; the limit on time remains.
        return
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _limit(kind, limit)


def _limit(kind: int, limit: int) -> None:
    import resource

    _, hard = resource.getrlimit(kind)
    lowest = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    try:
        resource.setrlimit(kind, (lowest, lowest))
    except ValueError:
        # macOS maps more than any sensible limit before the program begins, and refuses to set it.
        if sys.platform != "darwin":
            raise


def _allow_cpu(seconds: int) -> None:
    """Allow so much from now on. At the limit, the kernel ends the process by SIGXCPU."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime) + seconds, hard))


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
