"""The pinned Node: what is locked is what is installed, once, and a failure is one line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.node import STAMP, NodeSetupError, command, environment, install

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = {"name": "example", "version": "1.0.0", "private": True}


def _write(folder: Path) -> Path:
    """A package that needs no other."""
    lock = PACKAGE | {"lockfileVersion": 3, "packages": {"": PACKAGE}}
    (folder / "package.json").write_text(json.dumps(PACKAGE), encoding="utf-8")
    (folder / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return folder


def test_a_folder_without_a_lock_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NodeSetupError, match=r"no package-lock\.json"):
        install(tmp_path)


def test_an_npm_failure_is_reported_in_one_line_and_leaves_no_stamp(tmp_path: Path) -> None:
    (_write(tmp_path) / "package.json").write_text("{", encoding="utf-8")
    with pytest.raises(NodeSetupError, match="could not be installed: code EJSONPARSE") as refused:
        install(tmp_path)
    assert len(str(refused.value).splitlines()) == 1
    assert not (tmp_path / "node_modules" / STAMP).exists()


def test_a_command_that_no_package_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NodeSetupError, match="command named missing"):
        command(_write(tmp_path), "missing")


def test_packages_are_installed_once_and_again_when_the_lock_changes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    install(_write(tmp_path))
    assert "Preparing" in capfd.readouterr().err
    install(tmp_path)
    assert capfd.readouterr().err == ""
    (tmp_path / "package-lock.json").write_bytes((tmp_path / "package-lock.json").read_bytes() + b"\n")
    install(tmp_path)
    assert "Preparing" in capfd.readouterr().err


def test_the_command_gets_the_pinned_node_the_arguments_and_hands_its_status_back(tmp_path: Path) -> None:
    script = "import('node:child_process').then(c => process.exit(c.execSync('node -p 1+6') - process.argv[1]))"
    running = [sys.executable, str(ROOT / "scripts" / "node.py"), str(_write(tmp_path)), "node", "-e", script, "4"]
    # Nothing else that is called node is within reach.
    done = subprocess.run(running, env={"PATH": "/bin"}, cwd=tmp_path, check=False)
    assert done.returncode == 3


def test_no_tool_calls_home() -> None:
    assert environment()["REDOCLY_TELEMETRY"] == "off"
