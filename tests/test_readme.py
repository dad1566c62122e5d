"""What the README tells people to type is typed here, against servers that it tells them to start."""

import json
import multiprocessing
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx
import pytest

from app import cli
from app.integrations.postgres import create_database, drop_database
from tests.integrations.file_samples import pdf

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = ".venv/bin/python"
ADDRESS = "http://127.0.0.1:8000"
COMMAND = f"{PYTHON} -m app "

# Loading the program takes longer than what most commands do: it is loaded once, and every command is a fork of that.
FORKS = multiprocessing.get_context("forkserver")


def blocks(marker: str) -> list[str]:
    """The fenced blocks that stand right behind an HTML comment."""
    return re.findall(rf"<!-- {marker} -->\n```\w+\n(.*?)```", README, flags=re.DOTALL)


def environment(**settings: object) -> dict[str, str]:
    """Nothing of the tester's own settings; `python3` is the Python that runs the tests."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return {"PATH": path, "no_proxy": "127.0.0.1", **{name: str(value) for name, value in settings.items()}}


def typed(script: str, settings: dict[str, str]) -> str:
    """What a script of the README says, which must not fail."""
    done = subprocess.run(
        ["sh", "-e"],
        input=script.replace(PYTHON, shlex.quote(sys.executable)),
        env=settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def be_command(words: list[str], settings: dict[str, str], log: str) -> None:
    """What `python -m app` does, in a process that is told its words and its environment after its start."""
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(settings)
    output = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.argv = ["app", *words]
    cli.main()


def begun(command: str, settings: dict[str, str], log: Path) -> ForkServerProcess:
    """A command of the README, under way; what it says goes to the file."""
    assert command.startswith(COMMAND)
    FORKS.set_forkserver_preload(["app.cli"])
    words = shlex.split(command.removeprefix(COMMAND), comments=True)
    process = FORKS.Process(target=be_command, args=(words, settings, str(log)))
    process.start()
    return process


@contextmanager
def started(command: str, settings: dict[str, str], log: Path, sign: str) -> Iterator[str]:
    """Start a command of the README that stays, wait until it says `sign` (a pattern), and hand out what that found."""
    log.touch()
    process = begun(command, settings, log)
    try:
        deadline = time.monotonic() + 60
        while (found := re.search(sign, log.read_text(encoding="utf-8"))) is None:
            assert process.is_alive(), log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.05)
        yield found[0]
        assert process.is_alive(), log.read_text(encoding="utf-8")
    finally:
        process.terminate()
        process.join(40)
        assert process.exitcode == 0, log.read_text(encoding="utf-8")


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
    with started(f"{COMMAND}run", settings, tmp_path / "log", r"http://[\d.:]+(?=/v1)") as address:
        assert "casey@example.com" in typed(let_in, settings)
        said = typed(calls.replace(ADDRESS, address), settings)
        check, end = json.JSONDecoder().raw_decode(said)
        process = json.loads(said[end:])
    assert (check["check"], check["recorded_by_name"]) == ("organisation_exists", "Casey Ng")
    assert len(process["stages"]) == 5


async def test_production_starts_as_described(empty_database_url: str, tmp_path: Path) -> None:
    (block,), (example,) = blocks("tested in production"), blocks("settings")
    commands = block.splitlines()
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
    for number, command in enumerate(first):
        for path in (agreement, conduct):
            command = command.replace(path.name, shlex.quote(str(path)))
        log = tmp_path / f"{number}.log"
        process = begun(command, settings, log)
        process.join(60)
        assert process.exitcode == 0, log.read_text(encoding="utf-8")
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
