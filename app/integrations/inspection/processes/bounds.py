"""How much memory and time a process that reads a file may use."""

import math
import sys

MEMORY_BYTES = 640 * 1024 * 1024


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


def allow_cpu(seconds: int) -> None:
    """Allow so much from now on. At the limit, the kernel ends the process by SIGXCPU."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime) + seconds, hard))
