"""`python -m app doctor` runs every check, whatever the others do, and tells by its exit status."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.integrations.postgres import create_database, drop_database

ROOT = Path(__file__).parents[1]


def _doctor(*options: str, **settings: object) -> "subprocess.CompletedProcess[str]":
    path = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = {name: str(value) for name, value in settings.items()}
    words = [sys.executable, "-m", "app", "doctor", *options]
    return subprocess.run(words, cwd=ROOT, env=path | given, capture_output=True, text=True, timeout=120, check=False)


def test_every_check_runs_though_one_hangs_and_the_settings_are_wrong(tmp_path: Path) -> None:
    # It accepts connections and never answers.
    with closing(socket.create_server(("127.0.0.1", 0))) as hole:
        port = hole.getsockname()[1]
        done = _doctor(
            "--json",
            DATA_DIR=tmp_path,
            DATABASE_URL=f"postgresql://us@127.0.0.1:{port}/x?sslmode=disable",
            DATABASE_POOL_TIMEOUT_SECONDS=60,
            SMTP__HOST="127.0.0.1",
            SMTP__PORT=9,
            SMTP__HOTS="relay.example.com",
            DATABSE_URL="x",
            TRUSTED_PROXIES="*",
        )
    assert (done.returncode, done.stderr) == (1, "")
    report = json.loads(done.stdout)
    assert report["settings"] == [
        "SMTP__HOTS: there is no such setting: did you mean SMTP__HOST?",
    ]
    assert report["database"] == ["There was no answer within 15 seconds: see whether the part hangs."]
    assert report["migrations"] == report["clock"] == ["Not checked: see the database."]
    assert report["machine"] == []
    assert "TRUSTED_PROXIES has *" in report["proxy"][0]


@pytest.fixture
def migrated(server_url: str, template: str) -> Iterator[str]:
    name = f"doctor_{os.getpid()}"
    yield asyncio.run(create_database(server_url, name, template))
    asyncio.run(drop_database(server_url, name))


def test_one_part_is_wrong_and_the_others_are_right(migrated: str, tmp_path: Path) -> None:
    done = _doctor(DATA_DIR=tmp_path, DATABASE_URL=migrated, SMTP__HOST="127.0.0.1", SMTP__PORT=9)
    assert done.returncode == 1
    # The width of a column is that of the longest name.
    lines = [line if line.startswith("  ") else " ".join(line.split()) for line in done.stdout.splitlines()]
    assert "migrations right" in lines
    assert lines[lines.index("mail relay wrong") + 1].startswith("  - The mail relay 127.0.0.1:9 cannot be reached")
    assert lines[-1].startswith("To mend: ")


def test_production_without_a_database_is_a_line_of_the_report(tmp_path: Path) -> None:
    done = _doctor(DATA_DIR=tmp_path, ENVIRONMENT="production")
    assert done.returncode == 1
    for line in (
        "  - SECRET_KEY: set a random one",
        "  - Not checked: DATABASE_URL is not set.",
        "  - TRUSTED_PROXIES",
    ):
        assert line in done.stdout
