"""CPU time of a process and of all that it started."""

import sys
import time
from pathlib import Path

import psutil

# Linux's number for "the CPU time of all threads of this process, as the scheduler knows it".
_SCHEDULED = 2


def cpu_seconds(pid: int) -> float:
    """User and system time of the process tree, ended children included."""
    root = psutil.Process(pid)
    total = 0.0
    for process in [root, *root.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += _own(process.pid, times.user + times.system)
        total += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return total


def _own(pid: int, ticks: float) -> float:
    """The process's own CPU time to the nanosecond, where ticks count ten milliseconds."""
    if not sys.platform.startswith("linux"):
        return ticks
    try:
        return time.clock_gettime((~pid << 3) | _SCHEDULED)
    except OSError:
        return ticks


def postmaster(folder: Path) -> int:
    """The process id of the embedded PostgreSQL in `folder`."""
    return int((folder / "cluster" / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
