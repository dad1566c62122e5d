"""Earlier releases, as the repository's history has them."""

import os
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from tests.migrations.making import ROOT


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
            raise AssertionError(
                f"This clone lacks the commit of release {self.version}: run 'git fetch --unshallow'. "
                + packed.stderr.decode()
            )
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as files:
            files.extractall(folder, filter="data")
        return folder


RELEASES = {
    version: Release(version, **record)
    for version, record in tomllib.loads((ROOT / "tests/migrations/releases.toml").read_text(encoding="utf-8")).items()
}


def command(*words: str) -> list[str]:
    """The command line of a tree, which is the working folder."""
    return [sys.executable, "-m", "app", *words]


def environment(database_url: str, data: Path, **settings: str) -> Mapping[str, str]:
    """The environment of a process of any release."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database_url.replace("postgresql+asyncpg://", "postgresql://"),
        "DATA_DIR": str(data),
        "SECRET_KEY": "a key for tests that is long enough",
    } | settings


def migrate(tree: Path, database_url: str, data: Path) -> str:
    """Run a tree's `migrate`, and return what it said."""
    done = subprocess.run(
        command("migrate"), cwd=tree, env=environment(database_url, data), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr
