"""Run a command as another user with only the capabilities listed. Run this as a script, by path; never import it.

    python launcher.py --uid 65534 --gid 65534 --capability 2 --detach-to FILE -- COMMAND ...

PostgreSQL refuses to run as root. Its account may have no access to the parent folders (`/root` is closed to all
others). Opening them to everyone would be worse than giving the server the capability to pass, so it keeps that.
This is a separate process because code between fork and exec can deadlock in a process with threads. It imports only
the standard library, so that it starts fast.
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
    """Become the other user, detach and print the pid if `--detach-to` is given, and exec the command."""
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
    """Switch from root to `uid` and `gid`, keeping `capabilities` (Linux numbers) across the coming exec."""
    libc = ctypes.CDLL(None, use_errno=True)
    if capabilities:
        checked(libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
        # Without this bit, access(2), which initdb uses to find its companion programs, ignores the capabilities. A
        # container may forbid it; that only matters if the programs are in a closed folder, and initdb then reports it.
        libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if not capabilities:
        return
    mask = sum(1 << capability for capability in capabilities)
    header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
    # Two records of effective, permitted and inheritable. The second, for capabilities above 31, stays empty.
    data = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    checked(libc.capset(header, data))
    for capability in capabilities:
        checked(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0))


def detach(log: int) -> None:
    """Continue as a daemon that writes to `log`, in a new session: signals to the starter's group do not reach it."""
    pid = os.fork()
    if pid:
        print(pid, flush=True)
        os._exit(0)
    os.setsid()
    os.dup2(log, 1)
    os.dup2(log, 2)


def checked(result: int) -> None:
    """Raise `OSError` if a C function reported an error."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        print(f"error: {error.strerror}", file=sys.stderr)
        sys.exit(1)
