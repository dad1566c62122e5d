"""What the README tells people to type is typed here, against servers that it tells them to start."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.integrations.postgres import create_database, drop_database
from tests.integrations.file_samples import pdf

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = ".venv/bin/python"
ADDRESS = "http://127.0.0.1:8000"

# Loading the program takes longer than what most commands do, so it is loaded once and every command is a fork of it.
ONE_AFTER_THE_OTHER = """
import os, shlex, sys
from app import cli
for line in sys.stdin.read().splitlines():
    child = os.fork()
    if not child:
        sys.argv = ["app", *shlex.split(line)]
        cli.main()
    if os.waitpid(child, 0)[1]:
        sys.exit(f"failed: {line}")
"""


def blocks(marker: str) -> list[str]:
    """The fenced blocks that stand right behind an HTML comment."""
    return re.findall(rf"<!-- {marker} -->\n```\w+\n(.*?)```", README, flags=re.DOTALL)


def environment(**settings: object) -> dict[str, str]:
    """Nothing of the tester's own settings; `python3` is the Python that runs the tests."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return {"PATH": path, "no_proxy": "127.0.0.1", **{name: str(value) for name, value in settings.items()}}


def typed(script: str, settings: dict[str, str]) -> str:
    """What a script of the README says, which must not fail."""
    return _run(["sh", "-e"], script.replace(PYTHON, shlex.quote(sys.executable)), settings)


def _run(command: list[str], told: str, settings: dict[str, str]) -> str:
    done = subprocess.run(
        command, input=told, env=settings, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def started(command: str, settings: dict[str, str], log: Path, sign: str) -> Iterator[str]:
    """Start a command of the README that stays, wait until it says `sign` (a pattern), and hand out what that found."""
    words = [sys.executable, *shlex.split(command, comments=True)[1:]]
    with log.open("wb") as output:
        process = subprocess.Popen(words, env=settings, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 60
        while (found := re.search(sign, log.read_text(encoding="utf-8"))) is None:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.05)
        yield found[0]
        assert process.poll() is None, log.read_text(encoding="utf-8")
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0, log.read_text(encoding="utf-8")


@pytest.fixture
async def empty_database_url(server_url: str) -> AsyncIterator[str]:
    """A database without tables."""
    name = f"readme_{os.getpid()}"
    yield await create_database(server_url, name)
    await drop_database(server_url, name)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's calls are made with curl")
async def test_the_first_calls_do_what_they_say(empty_database_url: str, tmp_path: Path) -> None:
    let_in, calls = blocks("tested")
    assert calls.count("$(curl ") + calls.count("\ncurl ") == 5
    settings = environment(
        DATABASE_URL=empty_database_url, DATA_DIR=tmp_path, PORT=0, ADMIN_PASSWORD="nobody guesses 1t"
    )
    with started(f"{PYTHON} -m app run", settings, tmp_path / "log", r"http://[\d.:]+(?=/v1)") as address:
        assert "casey@example.com" in typed(let_in, settings)
        said = typed(calls.replace(ADDRESS, address), settings)
        check, end = json.JSONDecoder().raw_decode(said)
        process = json.loads(said[end:])
    assert (check["check"], check["recorded_by_name"]) == ("organisation_exists", "Casey Ng")
    assert len(process["stages"]) == 5


async def test_production_starts_as_described(empty_database_url: str, tmp_path: Path) -> None:
    (block,), (example,) = blocks("tested in production"), blocks("settings")
    commands = block.splitlines()
    assert all(command.startswith(f"{PYTHON} -m app ") for command in commands)
    *first, serve, worker = commands
    agreement, conduct = tmp_path / "centre-agreement.pdf", tmp_path / "code-of-conduct.pdf"
    agreement.write_bytes(pdf())
    conduct.write_bytes(pdf(lambda writer: writer.add_blank_page(width=595, height=842)))
    (tmp_path / "settings.toml").write_text(example, encoding="utf-8")
    settings = environment(
        ENVIRONMENT="production",
        SECRET_KEY="k" * 32,
        DATABASE_URL=empty_database_url,
        DATA_DIR=tmp_path / "data",
        SETTINGS_FILE=tmp_path / "settings.toml",
        PUBLIC_URL="https://recognition.example.com",
        # Nobody listens there; the mail waits, as it does while a relay is down.
        SMTP__HOST="127.0.0.1",
        SMTP__PORT=9,
        PORT=0,
    )
    script = "\n".join(command.removeprefix(f"{PYTHON} -m app ") for command in first)
    for path in (agreement, conduct):
        assert path.name in script
        script = script.replace(path.name, shlex.quote(str(path)))
    _run([sys.executable, "-c", ONE_AFTER_THE_OTHER], script, settings)
    with (
        started(serve, settings, tmp_path / "serve.log", r"http://[\d.:]+(?=\.)") as address,
        started(worker, settings, tmp_path / "worker.log", "worker_started"),
    ):
        async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
            assert (await client.get("/readyz")).status_code == 200


def test_the_settings_of_the_example_are_not_the_samples() -> None:
    (example,) = blocks("settings")
    assert {part: values["sample"] for part, values in tomllib.loads(example).items()} == {"fee": False, "bank": False}


def test_make_help_lists_every_target() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    listed = set(re.findall(r"^  make (\w+)", done.stdout, flags=re.MULTILINE))
    assert listed == set(re.findall(r"^(\w+):.*## ", makefile, flags=re.MULTILINE))
    assert {"run", "test", "demo"} <= listed


def test_the_readme_stays_short() -> None:
    assert len(README.splitlines()) <= 155
