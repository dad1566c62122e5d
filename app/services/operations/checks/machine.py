"""Is there room on this machine, and are its secrets closed to others?"""

import os
import shutil
import tempfile
from pathlib import Path

from app.settings import Settings, read_by_all, secret_paths

# Uploads are spooled to the temporary folder, several at a time.
_SPOOLED = 20
_LEAST_FREE = 1024**3


async def check_machine(settings: Settings) -> list[str]:
    """Look at free space, and at the modes of files that hold secrets."""
    return [*_space(settings), *_secrets(settings)]


def _space(settings: Settings) -> list[str]:
    found = []
    for name, folder, needed in (
        ("The temporary folder", Path(tempfile.gettempdir()), _SPOOLED * settings.upload_limit_bytes),
        ("DATA_DIR", settings.data_dir, _LEAST_FREE),
    ):
        existing = next((path for path in (folder, *folder.absolute().parents) if path.is_dir()), Path("/"))
        free = shutil.disk_usage(existing).free
        if not os.access(existing, os.W_OK):
            found.append(f"{name} ({folder}) cannot be written to: give it to this account, or mount it writable.")
        elif free < needed:
            found.append(f"{name} ({folder}) has {free >> 20} MiB free and needs {needed >> 20}: make room.")
    return found


def _secrets(settings: Settings) -> list[str]:
    paths = {**secret_paths(os.environ), "the development key": str(settings.data_dir / "keys" / "signing.key")}
    return [
        f"Every account of this machine can read {path} ({name}): run 'chmod o-r {path}'."
        for name, path in paths.items()
        if read_by_all(path)
    ]
