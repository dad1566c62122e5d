"""The two advisory file locks in the database's folder. The operating system releases them when a process dies."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from app.integrations.postgres.errors import EmbeddedPostgresError

PATIENCE_SECONDS = 120


@contextlib.contextmanager
def starting_or_stopping(folder: Path) -> Iterator[None]:
    """Hold the start lock, so that one process at a time starts or stops the server.

    Raises `EmbeddedPostgresError` after two minutes.
    """
    lock = _open(folder / "start.lock")
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _try(lock, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"Another process has been starting the database in {folder} for too long.")
            time.sleep(0.02)
        yield
    finally:
        os.close(lock)


def use(folder: Path) -> int:
    """Register this process as a user of the server, and return the lock for `last_to_leave`. Hold the start lock."""
    lock = _open(folder / "users.lock")
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def last_to_leave(folder: Path, use_lock: int) -> bool:
    """Release the lock from `use`, and return true if no other process uses the server. Hold the start lock."""
    os.close(use_lock)
    lock = _open(folder / "users.lock")
    try:
        return _try(lock, fcntl.LOCK_EX)
    finally:
        os.close(lock)


def _open(path: Path) -> int:
    # Restrict the mode: anyone who can open the file could lock it and block every start.
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if os.getuid() == 0:
        owner = path.parent.stat()
        os.fchown(lock, owner.st_uid, owner.st_gid)
    return lock


def _try(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
