"""Run a command as another user, keeping the few privileges it is given; run as a script, by path, never imported.

    python launcher.py --uid 65534 --gid 65534 --capability 2 --detach-to FILE -- COMMAND ...

PostgreSQL refuses to run as root. The account that it runs as may be barred from the folders above its own (`/root` is
closed to all others); opening them would be worse than letting the server pass, so it keeps the capability to do so.
A process of its own does this, since code between fork and exec of a process with threads may deadlock. Standard
library only, without the project's packages, so that it starts fast.
"""

import argparse
import ctypes
import os
import sys

PR_SET_KEEPCAPS = 8
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
LINUX_CAPABILITY_VERSION_3 = 0x20080522


def main() -> None:
    """Become the other user, detach if asked to (printing the pid), and turn into the command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--capability", type=int, action="append", default=[])
    parser.add_argument("--detach-to")
    parser.add_argument("command", nargs="+")
    wanted = parser.parse_args()

    log = os.open(wanted.detach_to, os.O_WRONLY | os.O_APPEND) if wanted.detach_to else None
    if wanted.uid is not None:
        become(wanted.uid, wanted.gid, wanted.capability)
    if log is not None:
        detach(log)
    os.execv(wanted.command[0], wanted.command)


def become(uid: int, gid: int, capabilities: list[int]) -> None:
    """Give up root for `uid` and `gid`, keeping `capabilities` (Linux numbers) across the coming exec."""
    libc = ctypes.CDLL(None, use_errno=True)
    if capabilities:
        checked(libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
        # Without this bit access(2), by which initdb looks for its companions, ignores what is kept. A container may
        # forbid it; that only matters where the programs themselves are in a closed folder, and initdb then says so.
        libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if not capabilities:
        return
    mask = sum(1 << capability for capability in capabilities)
    header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
    # Two records of effective, permitted and inheritable; capabilities past 31, in the second, are not kept.
    data = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    checked(libc.capset(header, data))
    for capability in capabilities:
        checked(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0))


def detach(log: int) -> None:
    """Go on as a daemon that writes to `log`: neither a signal to the starter's group nor its end reaches it."""
    pid = os.fork()
    if pid:
        print(pid, flush=True)
        os._exit(0)
    os.setsid()
    os.dup2(log, 1)
    os.dup2(log, 2)


def checked(result: int) -> None:
    """Raise the operating system's error where a C function reported one."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        print(f"error: {error.strerror}", file=sys.stderr)
        sys.exit(1)
