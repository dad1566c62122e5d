"""The folder that the processes of one server share, and what killed servers have left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.siblings import shared_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows passes no sockets on")
ROOT = Path(__file__).resolve().parents[1]
OWNER = """
import time
from app.siblings import shared_folder
with shared_folder() as folder:
    print(folder, flush=True)
    time.sleep(600)
"""


def _owner(temporary: Path) -> tuple["subprocess.Popen[str]", Path]:
    """A process with a folder, and the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER], cwd=ROOT, env=os.environ | {"TMPDIR": str(temporary)}, stdout=-1, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def _age(path: Path) -> None:
    long_ago = time.time() - 3600
    os.utime(path, (long_ago, long_ago), follow_symlinks=False)


def test_what_a_killed_server_left_is_removed_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (lives, kept), (killed, left), (also_killed, young) = _owner(tmp_path), _owner(tmp_path), _owner(tmp_path)
    try:
        for process in (killed, also_killed):
            process.send_signal(signal.SIGKILL)
            process.wait()
        (left / "0.sock").touch()
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        link, other = tmp_path / "centre-recognition-serve-link", tmp_path / "centre-recognition-database"
        link.symlink_to(elsewhere)
        other.mkdir()
        for path in (kept, left, elsewhere, link, other):
            _age(path)
        with shared_folder() as made:
            assert not left.exists()
            # A server that is just starting has not locked its folder yet.
            assert set(tmp_path.iterdir()) == {made, kept, young, elsewhere, link, other}
        assert not made.exists()
    finally:
        for process in (lives, killed, also_killed):
            process.kill()
            process.communicate()
