"""`python -m app shell` refuses every change unless told to write; then it commits or discards them all."""

import asyncio
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from uuid_utils.compat import uuid7

from app.integrations.postgres import create_database, drop_database

ROOT = Path(__file__).parents[1]
_ADD = """
from uuid_utils.compat import uuid7
session.add(models.Person(id=uuid7(), first_name="Sam", last_name="Lee", email="sam@example.org",
                          email_key="sam@example.org", created_at=work.now))
await session.flush()
"""
_COUNT = """
print("people:", await session.scalar(sqlalchemy.select(sqlalchemy.func.count()).select_from(models.Person)))
"""


@pytest.fixture
def migrated(server_url: str, template: str) -> Iterator[str]:
    name = f"shell_{uuid7().hex}"
    yield asyncio.run(create_database(server_url, name, template))
    asyncio.run(drop_database(server_url, name))


def _shell(folder: Path, database_url: str, script: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "app", "shell", *words],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": database_url},
        input=script,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_at_a_terminal_a_mistake_is_shown_and_the_next_line_is_read(migrated: str, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "shell"],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": migrated, "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        shown = _until(ours, b">>> ")
        assert b"Read-only" in shown
        os.write(ours, b"undefined_name\n")
        assert b"NameError" in _until(ours, b">>> ")
        os.write(ours, f"{_COUNT.strip()}\n".encode())
        assert b"people: 0" in _until(ours, b">>> ")
        os.write(ours, b"exit()\n")
        assert b"Nothing was changed." in _until(ours, b"changed.")
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _until(terminal: int, mark: bytes) -> bytes:
    """Read the terminal's output up to the mark."""
    shown = b""
    while mark not in shown:
        shown += os.read(terminal, 4096)
    return shown


@pytest.mark.parametrize("script", [_ADD, 'await session.execute(sqlalchemy.text("DELETE FROM people"))\n'])
def test_a_change_is_refused_unless_asked_for(migrated: str, script: str, tmp_path: Path) -> None:
    refused = _shell(tmp_path, migrated, script)
    assert refused.returncode == 1
    assert "read-only transaction" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_mistake_in_a_script_commits_nothing(migrated: str, tmp_path: Path) -> None:
    for mistake in ("undefined_name\n", "x = = 1\n"):
        failed = _shell(tmp_path, migrated, f"{_ADD}{mistake}", "--write")
        assert failed.returncode == 1
        assert "Committed" not in failed.stderr
    assert "people: 0" in _shell(tmp_path, migrated, _COUNT).stdout


def test_rollback_discards_and_leaving_commits(migrated: str, tmp_path: Path) -> None:
    discarded = _shell(tmp_path, migrated, f"{_ADD}rollback()\n", "--write")
    assert (discarded.returncode, discarded.stderr) == (0, "Rolled back.\n")
    assert "people: 0" in _shell(tmp_path, migrated, _COUNT).stdout
    committed = _shell(tmp_path, migrated, f"{_ADD}exit()\n", "--write")
    assert (committed.returncode, committed.stderr) == (0, "Committed.\n"), committed.stderr
    assert "people: 1" in _shell(tmp_path, migrated, _COUNT).stdout


def test_settings_queries_and_several_lines_are_at_hand(migrated: str, tmp_path: Path) -> None:
    script = """
async def first():
    return (await session.scalars(sqlalchemy.select(models.Document.id).limit(1))).first()

print(settings.environment, queries.people.__name__, work.actor.name, await first())
"""
    read = _shell(tmp_path, migrated, script)
    assert (read.returncode, read.stderr) == (0, "Nothing was changed.\n"), read.stderr
    assert read.stdout == "development app.queries.people The operator None\n"
