"""Choose the folder of the server's socket, whose path must be short."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from app.integrations.postgres.account import Account
from app.integrations.postgres.cluster import PORT

# The kernel limits a socket's path to 108 bytes on Linux and 104 elsewhere, including the terminating null byte.
LONGEST_SOCKET_PATH = 103


def socket_path(socket_folder: Path) -> Path:
    """Return the path of the socket that PostgreSQL creates in `socket_folder`."""
    return socket_folder / f".s.PGSQL.{PORT}"


def socket_folder_for(folder: Path, account: Account) -> Path:
    """Return the socket folder for the server in `folder`: inside it, or a temporary one recorded there."""
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
    """Create a temporary socket folder, closed to other users, and record it in `folder`."""
    made = Path(tempfile.mkdtemp(prefix="centre-recognition-"))
    if not _fits(made):
        made.rmdir()
        made = Path(tempfile.mkdtemp(prefix="centre-recognition-", dir="/tmp"))
    account.give(made)
    (folder / "socket-folder").write_bytes(os.fsencode(made))
    return made


def discard_temporary_folder(folder: Path, account: Account) -> None:
    """Remove the temporary socket folder recorded in `folder`, if any. Call only while no server is running."""
    record = folder / "socket-folder"
    if record.exists():
        remembered = Path(os.fsdecode(record.read_bytes()))
        if _ours(remembered, account):
            shutil.rmtree(remembered, ignore_errors=True)
        record.unlink()


def _fits(socket_folder: Path) -> bool:
    # PostgreSQL splits its setting, and a connection URL's hosts, at commas.
    path = os.fsencode(socket_path(socket_folder))
    return len(path) <= LONGEST_SOCKET_PATH and b"," not in path


def _ours(socket_folder: Path, account: Account) -> bool:
    try:
        found = socket_folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid and stat.S_IMODE(found.st_mode) == 0o700
