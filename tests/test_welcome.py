"""What is printed at the start can be copied: its commands run, on the data of the server that printed them."""

import re
import subprocess
from pathlib import Path

import pytest

from app.cli.welcome import welcome
from app.settings import Settings
from tests.typed import ROOT, environment


@pytest.mark.parametrize("folder", ["data", "a folder with blanks"])
def test_the_printed_commands_run(tmp_path: Path, folder: str) -> None:
    settings = Settings(data_dir=tmp_path / folder)
    (settings.data_dir / "mail").mkdir(parents=True)
    (settings.data_dir / "mail" / "20261128T105925.000000Z-hello-kim@example.com.eml").write_text(
        "Date: Sat, 28 Nov 2026 10:59:25 +0000\nTo: kim@example.com\nSubject: Hello, Kim\n\nBody\n"
    )
    lines = welcome(settings, "http://127.0.0.1:8000", None, None)
    found = re.search("to read it: (.+)", lines)
    assert found is not None
    done = subprocess.run(
        ["sh", "-c", found[1]], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )
    assert "Hello, Kim" in done.stdout


def test_the_usual_folder_is_not_named() -> None:
    lines = welcome(Settings(), "http://127.0.0.1:8000", None, None)
    assert "DATA_DIR=" not in lines
    assert re.search(r"nobody yet: \S+ -m app staff create --help", lines)
