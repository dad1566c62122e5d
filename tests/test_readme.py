"""Run the README's commands against the servers that it says to start."""

import json
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.integrations.postgres import create_database, drop_database
from tests.integrations.file_samples import pdf
from tests.scanner import Daemon
from tests.typed import ADDRESS, COMMAND, ROOT, begun, blocks, environment, started, typed

README = "README.md"


@pytest.fixture
async def empty_database_url(server_url: str) -> AsyncIterator[str]:
    """An empty database, without migrations."""
    name = f"readme_{os.getpid()}"
    yield await create_database(server_url, name)
    await drop_database(server_url, name)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's calls are made with curl")
async def test_the_first_calls_do_what_they_say(empty_database_url: str, tmp_path: Path) -> None:
    let_in, calls = blocks(README, "tested")
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


async def test_production_starts_as_described(empty_database_url: str, tmp_path: Path, shared_scanner: Daemon) -> None:
    (block,), (example,) = blocks(README, "tested in production"), blocks(README, "settings")
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
        # Nothing listens there, so mail stays queued, as it does while a relay is down.
        SMTP__HOST="127.0.0.1",
        SMTP__PORT=9,
        CLAMD__SOCKET=shared_scanner.socket,
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
    (example,) = blocks(README, "settings")
    parts = tomllib.loads(example)
    assert {part: parts[part]["sample"] for part in ("fee", "bank")} == {"fee": False, "bank": False}


def test_make_help_lists_every_target() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    listed = set(re.findall(r"^  make (\w+)", done.stdout, flags=re.MULTILINE))
    assert listed == set(re.findall(r"^(\w+):.*## ", makefile, flags=re.MULTILINE))
    assert {"run", "test", "demo"} <= listed


def test_the_readme_stays_short() -> None:
    assert len((ROOT / README).read_text(encoding="utf-8").splitlines()) <= 165
