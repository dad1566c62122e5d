"""Read one setting from a file of its own, as Docker, Kubernetes and systemd hand out secrets."""

import stat
from pathlib import Path

LONGEST = 65_536


class UnreadableSecret(Exception):
    """The file cannot be used; the message says why and how to mend it."""


def read_secret(path: str) -> str:
    """Return the file's text without the line end that editors and `echo` add. Raises `UnreadableSecret`."""
    file = Path(path)
    try:
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode):
            raise UnreadableSecret("name a file; this path is none.")
        if mode & stat.S_IWOTH:
            raise UnreadableSecret("everybody can write to the file; run 'chmod o-w' on it, and change the secret.")
        with file.open("rb") as opened:
            content = opened.read(LONGEST + 1)
    except OSError as error:
        raise UnreadableSecret(f"the file cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UnreadableSecret("name a file; this path is none.") from error
    if len(content) > LONGEST:
        raise UnreadableSecret(f"the file has more than {LONGEST} bytes; it can hold no setting.")
    try:
        text = content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise UnreadableSecret("the file is not UTF-8 text.") from error
    if not text:
        raise UnreadableSecret("the file is empty; write the value into it.")
    return text


def read_by_all(path: str) -> bool:
    """True if every account of the machine can read the file: neither it nor a folder above it keeps them out.

    In a container there is only one account, so secrets below `/run/secrets` are left out.
    """
    file = Path(path).absolute()
    if file.is_relative_to("/run/secrets"):
        return False
    try:
        return bool(file.stat().st_mode & stat.S_IROTH) and all(
            folder.stat().st_mode & stat.S_IXOTH for folder in file.resolve().parents
        )
    except OSError:
        return False
