"""What a process that reads a hostile file may ask of the kernel: memory, that file, and to answer. Nothing else.

A file that manages to run code finds no file system, no network and no other process. Limits on descriptors and
processes hold on every system; Linux on the usual processors also filters system calls (seccomp), which needs no
privilege.
"""

import codecs
import contextlib
import ctypes
import encodings.aliases
import errno
import platform
import struct
import sys

# Read, write, close, fstat, lseek, mmap, mprotect, munmap, brk, rt_sigaction, rt_sigprocmask, rt_sigreturn, pread64,
# sched_yield, mremap, madvise, getpid, sendto, exit, gettimeofday, sigaltstack, gettid, futex, restart_syscall,
# clock_gettime, exit_group, getrandom. Whatever opens, connects, starts, signals or traces is missing.
_X86_64 = (
    *(0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 17, 24, 25, 28, 39, 44, 60, 96, 131, 186, 202, 219, 228, 231, 318),
)
_AARCH64 = (
    *(63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 67, 124, 216, 233, 172, 206, 93, 169, 132, 178, 98, 128),
    *(113, 94, 278),
)
_PROCESSORS = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}
"""The kernel's number for the processor, and those of the system calls that are allowed."""

# BPF instructions, and places in what the filter is given (linux/filter.h, linux/seccomp.h).
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_CALL_AT, _PROCESSOR_AT = 0, 4
_KILL, _REFUSE, _ALLOW = 0x80000000, 0x00050000 | errno.EPERM, 0x7FFF0000
_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2

# Each of 256 characters, of which the XML parser takes any.
_CODE_PAGES = ("ascii", "cp", "hp_", "iso8859_", "koi8_", "kz", "latin", "mac_", "ptcp", "tis_", "utf_")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def load_encodings() -> None:
    """Load what a document may be written in: a confined process can import nothing more."""
    for name in sorted(set(encodings.aliases.aliases.values())):
        if name.startswith(_CODE_PAGES):
            with contextlib.suppress(LookupError):
                codecs.lookup(name)


def confine() -> bool:
    """Take from this process, for ever, what it does not need to judge an open file. False without the filter."""
    _open_nothing_more()
    return _filter_calls()


def _open_nothing_more() -> None:
    try:
        import resource
    except ImportError:
        return
    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC):
        resource.setrlimit(kind, (0, 0))


def _filter_calls() -> bool:
    if sys.platform != "linux" or platform.machine() not in _PROCESSORS or sys.maxsize < 2**32:
        return False
    content = _filter(*_PROCESSORS[platform.machine()])
    program = _Program(len(content) // 8, content)
    call = ctypes.CDLL(None).prctl
    arguments = [ctypes.c_ulong(1), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)]
    if call(_SET_NO_NEW_PRIVILEGES, *arguments):
        return False
    refused: int = call(_SET_SECCOMP, ctypes.c_ulong(_FILTER), ctypes.byref(program))
    return not refused


def _filter(processor: int, allowed: tuple[int, ...]) -> bytes:
    """The program: an error for every call that is not allowed, so that a library falls back on something else."""
    instructions = [
        (_LOAD, 0, 0, _PROCESSOR_AT),
        (_IF_EQUAL, 1, 0, processor),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _CALL_AT),
        *((_IF_EQUAL, len(allowed) - place, 0, number) for place, number in enumerate(allowed)),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
