"""A PostgreSQL server on a TCP port, begun as the official image begins it, for processes of other accounts."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.integrations.postgres.account import account_for, launch
from app.integrations.postgres.binaries import BARE_ENVIRONMENT, program
from tests.s3_servers import free_port


@contextmanager
def postgres(
    command: list[str],
    user: str,
    database: str,
    password: str,
    *folders: str,
    program: Callable[[str], Path] = program,
) -> Iterator[tuple[int, Path]]:
    """Create a cluster, run the image's `command` in it, and yield the port and the folder.

    `program` finds the server's programs; the wheel's can do no TLS. `folders` are paths of the image, such as
    `/archive`, that the server writes to; here they are below the folder.
    """
    with TemporaryDirectory(dir="/var/tmp") as name:
        folder, port = Path(name), free_port()
        account = account_for(folder / "data")
        account.give(folder)
        words = list(command)
        for path in folders:
            made = folder / path.lstrip("/")
            made.mkdir()
            account.give(made)
            words = [word.replace(path, str(made)) for word in words]
        secret = folder / "password"
        secret.write_text(password, encoding="utf-8")
        account.give(secret)
        options = ["--pgdata", str(folder / "data"), "--username", user, "--pwfile", str(secret), "--encoding", "UTF8"]
        options += ["--auth", "scram-sha-256", "--locale", "C", "--data-checksums"]
        _run(launch(account, folder, [str(program("initdb")), *options]))
        place = ["-D", str(folder / "data"), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"]
        whole = [str(program(words[0])), *words[1:], *place]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                launch(account, folder, whole), env=dict(BARE_ENVIRONMENT), cwd="/", stdout=log, stderr=log
            )
        try:
            _create(folder, port, user, database, password, server)
            yield port, folder
        finally:
            # A fast shutdown; TERM would wait for the last connection.
            server.send_signal(signal.SIGINT)
            server.wait(60)


def _create(
    folder: Path, port: int, user: str, database: str, password: str, server: "subprocess.Popen[bytes]"
) -> None:
    words = [str(program("psql")), "-h", "127.0.0.1", "-p", str(port), "-U", user, "-d", "postgres", "-qc"]
    until = time.monotonic() + 60
    while True:
        done = subprocess.run(
            [*words, f'CREATE DATABASE "{database}"'],
            env={**BARE_ENVIRONMENT, "PGPASSWORD": password},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            return
        assert server.poll() is None, (folder / "log").read_text(encoding="utf-8")
        assert time.monotonic() < until, done.stderr
        time.sleep(0.2)


def _run(words: list[str]) -> None:
    done = subprocess.run(words, env=dict(BARE_ENVIRONMENT), cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
