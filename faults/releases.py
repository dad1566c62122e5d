"""Earlier releases, as the repository's history has them."""

import os
import subprocess
import sys
import tarfile
import tomllib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Release:
    """A release, and the newest revision that it knows."""

    version: str
    commit: str
    revision: str

    def export(self, folder: Path) -> Path:
        """Write its files into a new folder, and return the folder. Fails where the clone lacks the commit."""
        packed = subprocess.run(["git", "archive", self.commit], cwd=ROOT, capture_output=True, check=False)
        if packed.returncode != 0:
            raise RuntimeError(
                f"This clone lacks the commit of release {self.version}: run 'git fetch --unshallow'. "
                + packed.stderr.decode()
            )
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as files:
            files.extractall(folder, filter="data")
        return folder


RELEASES = {
    version: Release(version, **record)
    for version, record in tomllib.loads((ROOT / "faults/releases.toml").read_text(encoding="utf-8")).items()
}


def migrate(tree: Path, database_url: str, data: Path) -> None:
    """Run a tree's `migrate`. Raises `RuntimeError` with what it said if it fails."""
    settings = {"PATH": os.environ["PATH"], "DATABASE_URL": database_url, "DATA_DIR": str(data)}
    command = [sys.executable, "-m", "app", "migrate"]
    done = subprocess.run(command, cwd=tree, env=settings, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
