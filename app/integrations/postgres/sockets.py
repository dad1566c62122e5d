"""The folder of the server's socket, which must have a short path."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from app.integrations.postgres.account import Account
from app.integrations.postgres.cluster import PORT

# The kernel's limit for a socket's path is 108 bytes on Linux and 104 elsewhere, its closing zero included.
LONGEST_SOCKET_PATH = 103


def socket_path(socket_folder: Path) -> Path:
    """The socket that PostgreSQL makes in `socket_folder`."""
    return socket_folder / f".s.PGSQL.{PORT}"


def socket_folder_for(folder: Path, account: Account) -> Path:
    """The folder for the socket of the server in `folder`: inside it, or a temporary one that `folder` remembers."""
    inside = folder / "socket"
    if _fits(inside):
        inside.mkdir(mode=0o700, exist_ok=True)
        account.give(inside)
        return inside
    record = folder / "socket-folder"
    if record.exists():
        remembered = Path(os.fsdecode(record.read_bytes()))
        if _ours(remembered, account):
            return remembered
    return new_temporary_folder(folder, account)


def new_temporary_folder(folder: Path, account: Account) -> Path:
    """Make a fresh temporary socket folder, closed to others, and have `folder` remember it."""
    made = Path(tempfile.mkdtemp(prefix="centre-recognition-"))
    if not _fits(made):
        made.rmdir()
        made = Path(tempfile.mkdtemp(prefix="centre-recognition-", dir="/tmp"))
    account.give(made)
    (folder / "socket-folder").write_bytes(os.fsencode(made))
    return made


def discard_temporary_folder(folder: Path, account: Account) -> None:
    """Remove the temporary socket folder that `folder` remembers, if any; only while no server runs."""
    record = folder / "socket-folder"
    if record.exists():
        remembered = Path(os.fsdecode(record.read_bytes()))
        if _ours(remembered, account):
            shutil.rmtree(remembered, ignore_errors=True)
        record.unlink()


def _fits(socket_folder: Path) -> bool:
    # A comma separates folders in PostgreSQL's setting, and hosts in a connection address.
    path = os.fsencode(socket_path(socket_folder))
    return len(path) <= LONGEST_SOCKET_PATH and b"," not in path


def _ours(socket_folder: Path, account: Account) -> bool:
    try:
        found = socket_folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid and stat.S_IMODE(found.st_mode) == 0o700
