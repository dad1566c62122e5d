"""The units are right for systemd, closed to what the product does not need, and their commands exist."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from app.cli import app
from app.database_roles import API_ROLE, WORKER_ROLE
from app.settings import Settings, settings_of
from app.settings.names import fields

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("centre-recognition-*"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
HOME = "/opt/centre-recognition"
# systemd scores from 0, closed, to 10, open.
MOST_EXPOSED = 2.0


def values(unit: Path, key: str) -> list[str]:
    """The values of a key of a unit, in order."""
    return re.findall(rf"^{key}=(.*)$", unit.read_text(encoding="utf-8"), flags=re.MULTILINE)


def _analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("systemd-analyze")
    assert program is not None, "install systemd-analyze: the Debian package systemd"
    quiet = os.environ | {"SYSTEMD_LOG_LEVEL": "warning"}
    return subprocess.run([program, *words], env=quiet, capture_output=True, text=True, check=False)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units, with programs that exist on this machine."""
    python, folder = shutil.which("python3"), tmp_path / "units"
    folder.mkdir()
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace(f"{HOME}/.venv/bin/python", str(python))
        text = text.replace(f"{HOME}/deploy/", f"{ROOT}/deploy/").replace(f"file:{HOME}", "file:/opt")
        (folder / unit.name).write_text(text, encoding="utf-8")
    return folder


def test_systemd_takes_every_unit(installed: Path) -> None:
    done = _analyze("verify", *map(str, sorted(installed.iterdir())))
    complaints = [line for line in done.stderr.splitlines() if "centre-recognition" in line]
    assert (done.returncode, complaints) == (0, [])


def test_a_wrong_unit_is_refused(installed: Path) -> None:
    """The positive control."""
    unit = installed / "centre-recognition-worker.service"
    unit.write_text(unit.read_text(encoding="utf-8").replace("ProtectSystem=", "ProtectSytem="), encoding="utf-8")
    assert "ProtectSytem" in _analyze("verify", str(unit)).stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_a_service_is_closed_to_what_it_does_not_need(installed: Path, unit: Path) -> None:
    done = _analyze("security", "--offline=true", str(installed / unit.name))
    score = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert score is not None, done.stderr
    assert float(score[1]) <= MOST_EXPOSED


def test_every_command_exists() -> None:
    known = get_command(app)
    assert isinstance(known, TyperGroup)
    run = set()
    for unit in SERVICES:
        (command,) = values(unit, "ExecStart")
        program, *words = shlex.split(command)
        if program == f"{HOME}/.venv/bin/python":
            assert words[:2] == ["-m", "app"]
            context = known.commands[words[2]].make_context(words[2], words[3:], resilient_parsing=False)
            run.add(context.info_name)
        else:
            assert os.access(ROOT / Path(program).relative_to(HOME), os.X_OK)
    assert run == {"serve", "worker", "migrate", "doctor"}


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_secrets_are_handed_over_as_credentials(unit: Path) -> None:
    """Each is loaded, and named by the setting that reads it."""
    loaded = dict(value.split(":", 1) for value in values(unit, "LoadCredential"))
    named = dict(value.split("=", 1) for value in values(unit, "Environment") if "%d/" in value)
    assert {path.removeprefix("%d/") for path in named.values()} == set(loaded)
    assert {name.removesuffix("_FILE") for name in named} <= set(fields())
    made = (ROOT / "deploy" / "make-secrets.sh").read_text(encoding="utf-8")
    for name, path in loaded.items():
        assert path == f"/etc/centre-recognition/secrets/{name}"
        assert f" {name}" in made


def test_each_process_has_a_database_role_and_its_password_alone() -> None:
    roles = {"api": (API_ROLE, "_api"), "doctor": (API_ROLE, "_api"), "worker": (WORKER_ROLE, "_worker")}
    for name, (role, mark) in (roles | {"migrate": ("centre", "")}).items():
        (unit,) = [unit for unit in SERVICES if unit.stem == f"centre-recognition-{name}"]
        assert f"DATABASE_USER={role}" in values(unit, "Environment")
        loaded = [value.partition(":")[0] for value in values(unit, "LoadCredential")]
        assert [secret for secret in loaded if "database" in secret] == [f"database{mark}_password"]


def test_the_example_of_an_environment_has_settings_that_exist() -> None:
    """Together with a unit's own, they are settings that agree with each other."""
    text = (ROOT / "deploy" / "systemd" / "environment.example").read_text(encoding="utf-8")
    given = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
    assert given.pop("SETTINGS_FILE") == "/etc/centre-recognition/settings.toml"
    secrets = {"SMTP__PASSWORD": "x", "S3__ACCESS_KEY_ID": "x", "S3__SECRET_ACCESS_KEY": "x"}
    secrets |= {"DATABASE_USER": "x", "DATABASE_PASSWORD": "x"}
    assert set(given) <= set(fields())
    assert isinstance(settings_of(given | secrets), Settings)
