"""The commands that the pages tell an operator to copy exist, and name services, files and units that exist."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from typer.core import TyperGroup
from typer.main import get_command

from app.cli import app
from app.domain.documents import DocumentKind

ROOT = Path(__file__).parents[2]
PAGES = (("docs/operations.md", "deployment"), ("deploy/README.md", "systemd"), ("deploy/README.md", "kubernetes"))
SERVICES = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))["services"]


def commands(page: str, marker: str) -> list[str]:
    """The lines of the page's blocks behind the marker, continuation lines joined."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(rf"<!-- {marker} -->\n```sh\n(.*?)```", text, flags=re.DOTALL)
    return [line for block in blocks for line in block.replace("\\\n", "").splitlines()]


@pytest.mark.parametrize(("page", "marker"), PAGES)
def test_the_shell_takes_every_command(page: str, marker: str) -> None:
    lines = commands(page, marker)
    assert len(lines) >= 7
    for line in lines:
        done = subprocess.run(["sh", "-n"], input=line, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stderr)


def test_compose_is_asked_for_services_that_exist() -> None:
    for line in commands("docs/operations.md", "deployment"):
        words = shlex.split(line)
        if words[0] != "compose":
            continue
        rest = [word for word in words[1:] if not word.startswith(("<", "-"))]
        if "up" in rest:
            assert set(rest[rest.index("up") + 1 :]) <= set(SERVICES), line
        else:
            assert set(rest) & set(SERVICES), line
        if "--profile" in words:
            profile = words[words.index("--profile") + 1]
            assert any(profile in service.get("profiles", []) for service in SERVICES.values())


@pytest.mark.parametrize(("page", "marker"), PAGES)
def test_every_file_of_ours_exists(page: str, marker: str) -> None:
    made = ("deploy/.env", "deploy/settings.toml", "deploy/tls", "deploy/secrets")
    for line in commands(page, marker):
        for path in re.findall(r"(?<![\w/.])(?:deploy|scripts)/[\w./*-]+", line):
            found = list(ROOT.glob(path)) if "*" in path else (ROOT / path).exists()
            assert path.startswith(made) or found, line


@pytest.mark.parametrize(("page", "marker"), PAGES)
def test_every_command_of_the_product_exists(page: str, marker: str) -> None:
    known = get_command(app)
    assert isinstance(known, TyperGroup)
    asked = [
        found.split()
        for line in commands(page, marker)
        for found in re.findall(r"(?:run --rm [^|]*?worker |python -m app |^centre-recognition )([\w ]+)", line)
    ]
    assert {words[0] for words in asked} >= {"documents", "doctor"}
    for words in asked:
        command = known.commands[words[0]]
        if isinstance(command, TyperGroup):
            assert words[1] in command.commands
            assert words[2] in set(DocumentKind)


def test_units_that_are_started_exist() -> None:
    units = {path.name for path in (ROOT / "deploy" / "systemd").iterdir()}
    for line in commands("deploy/README.md", "systemd"):
        if line.startswith("systemctl "):
            for name in re.findall(r"centre-recognition-[\w.-]+", line):
                assert {name, f"{name}.service"} & units, line


def test_an_operators_command_gets_the_secrets(tmp_path: Path) -> None:
    """As systemd hands over a folder of credentials."""
    (tmp_path / "secrets_secret_key").write_text("too short", encoding="utf-8")
    (tmp_path / "secrets_metrics_token").write_text("", encoding="utf-8")
    done = subprocess.run(
        ["sh", "deploy/systemd/with-secrets.sh", "doctor"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "CREDENTIALS_DIRECTORY": str(tmp_path), "ENVIRONMENT": "production"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "SECRET_KEY: set a random one of at least 32 characters." in done.stdout
    assert "METRICS_TOKEN_FILE: the file is empty" in done.stdout
