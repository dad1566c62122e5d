"""The units' commands run as they stand, with the socket and the credentials that systemd would hand over."""

import asyncio
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from app.integrations.postgres import create_database, drop_database
from app.integrations.postgres.cluster import OWNER
from tests.deploy.test_systemd import HOME, ROOT, values
from tests.s3_servers import free_port

UNITS = ROOT / "deploy" / "systemd"


@pytest.fixture
def database(server_url: str, template: str) -> Iterator[str]:
    name = f"units_{os.getpid()}"
    yield asyncio.run(create_database(server_url, name, template))
    asyncio.run(drop_database(server_url, name))


def _command(unit: str) -> list[str]:
    (text,) = values(UNITS / unit, "ExecStart")
    return shlex.split(text.replace(f"{HOME}/.venv/bin/python", sys.executable))


def _environment(unit: str, folder: Path, database: str) -> dict[str, str]:
    """The unit's variables, its credentials as files, and a deployment that needs nothing else."""
    credentials = folder / "credentials"
    credentials.mkdir(exist_ok=True)
    given = {"PATH": os.environ["PATH"], "ENVIRONMENT": "development", "DATABASE_URL": database}
    for name in ("secret_key", "metrics_token"):
        (credentials / name).write_text(f"{name} that is long enough for a key\n", encoding="utf-8")
    for value in values(UNITS / unit, "Environment"):
        variable, _, text = value.partition("=")
        path = text.replace("%d", str(credentials)).replace("%S", str(folder))
        if "%d" not in text or Path(path).exists():
            given[variable] = path
    return given


def _answer(url: str, process: "subprocess.Popen[bytes]") -> str:
    until = time.monotonic() + 120
    while True:
        try:
            with urlopen(url, timeout=30) as found:
                return str(found.read().decode())
        except URLError:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)


def test_the_api_takes_the_socket_and_the_secrets_of_systemd(database: str, tmp_path: Path) -> None:
    program = shutil.which("systemd-socket-activate")
    assert program is not None, "install systemd-socket-activate: the Debian package systemd"
    (address,) = values(UNITS / "centre-recognition-api.socket", "ListenStream")
    assert address == "127.0.0.1:8000"
    port = free_port()
    environment = _environment("centre-recognition-api.service", tmp_path, database)
    passed = [f"--setenv={name}={value}" for name, value in environment.items()]
    words = [program, f"--listen=127.0.0.1:{port}", *passed, *_command("centre-recognition-api.service")]
    process = subprocess.Popen(words, cwd=ROOT, env=environment)
    try:
        assert _answer(f"http://127.0.0.1:{port}/livez", process) == '{"status":"alive"}'
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
    assert not (tmp_path / "centre-recognition" / "keys").exists(), "the key is the credential"


def test_the_worker_ends_at_sigterm(database: str, tmp_path: Path) -> None:
    port = free_port()
    environment = _environment("centre-recognition-worker.service", tmp_path, database) | {"WORKER_PORT": str(port)}
    process = subprocess.Popen(_command("centre-recognition-worker.service"), cwd=ROOT, env=environment)
    try:
        assert _answer(f"http://127.0.0.1:{port}/livez", process) == '{"status":"alive"}'
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0
    finally:
        process.kill()
        process.wait()


def test_the_tables_are_brought_up_to_date(database: str, tmp_path: Path) -> None:
    unit = "centre-recognition-migrate.service"
    # The tests' database has another owner.
    environment = _environment(unit, tmp_path, database) | {"DATABASE_USER": OWNER}
    done = subprocess.run(
        _command(unit),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "The database is up to date.\n"), done.stderr
