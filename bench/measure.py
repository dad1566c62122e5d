"""CPU time of a process and of all that it started."""

from pathlib import Path

import psutil


def cpu_seconds(pid: int) -> float:
    """User and system time of the process tree, ended children included."""
    root = psutil.Process(pid)
    total = 0.0
    for process in [root, *root.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
        total += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return total


def postmaster(folder: Path) -> int:
    """The process id of the embedded PostgreSQL in `folder`."""
    return int((folder / "cluster" / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
