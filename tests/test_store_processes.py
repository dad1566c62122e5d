"""The document store under a server and commands that are processes of their own: killed, cut off, unmounted, full."""

import asyncio
import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy.engine import make_url

from app.integrations.postgres import create_database, drop_database
from app.queries.locking import Turn
from tests.integrations.file_samples import pdf, with_stream
from tests.s3_servers import ACCESS_KEY, BUCKET, SECRET_KEY, FaultyProxy, free_port

ROOT = Path(__file__).parents[1]
EMAIL, PASSWORD = "administrator@example.com", "a-Password-nobody-guesses"
LARGE = pdf(with_stream(os.urandom(2_000_000)))


@pytest.fixture
def settings(server_url: str, template: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of processes on a new, migrated database."""
    name = f"store_processes_{os.getpid()}"
    yield {
        "DATABASE_URL": asyncio.run(create_database(server_url, name, template)),
        "DATA_DIR": str(tmp_path / "data"),
        "SECRET_KEY": "a key for tests that is long enough",
        "ADMIN_EMAIL": EMAIL,
        "ADMIN_PASSWORD": PASSWORD,
        "RATE_LIMIT_SCALE": "10000",
        "REQUEST_DEADLINE_SECONDS": "3",
    }
    asyncio.run(drop_database(server_url, name))


class Server:
    """`serve` in a process, and an administrator who publishes documents there."""

    def __init__(self, settings: dict[str, str], log: Path, before: Callable[[], object] | None = None) -> None:
        self.log, self._port = log, free_port()
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", "serve"],
                cwd=ROOT,
                env={**os.environ, **settings, "PORT": str(self._port)},
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=before,
            )
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self._port}", timeout=30)
        until = time.monotonic() + 60
        while "Serving on" not in log.read_text():
            assert self.process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        body = {"email": EMAIL, "password": PASSWORD}
        answer = self.client.post("/v1/sessions", json=body)
        self.client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def publish(self, content: bytes) -> httpx.Response:
        form: dict[str, Any] = {"files": {"file": ("a.pdf", content, "application/pdf")}}
        return self.client.post("/v1/documents", data={"kind": "invigilation_guidance"}, **form)

    def end(self, kind: signal.Signals) -> None:
        self.process.send_signal(kind)
        self.process.wait(40)
        self.client.close()


@contextmanager
def serving(settings: dict[str, str], tmp_path: Path, before: Callable[[], object] | None = None) -> Iterator[Server]:
    server = Server(settings, tmp_path / f"server-{time.monotonic_ns()}.log", before)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.end(signal.SIGTERM)


def command(settings: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "app", *words],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@asynccontextmanager
async def _connected(settings: dict[str, str]) -> AsyncIterator[asyncpg.Connection]:
    url = make_url(settings["DATABASE_URL"]).set(drivername="postgresql")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    try:
        yield connection
    finally:
        await connection.close()


@contextmanager
def publications_held(settings: dict[str, str]) -> Iterator[None]:
    """Publications wait for this: their file is in the store and their row is not there yet."""
    may_end, held = threading.Event(), threading.Event()

    async def hold() -> None:
        async with _connected(settings) as connection:
            await connection.execute("SELECT pg_advisory_lock($1)", Turn.DOCUMENT.value)
            held.set()
            await asyncio.to_thread(may_end.wait)

    thread = threading.Thread(target=lambda: asyncio.run(hold()))
    thread.start()
    assert held.wait(30)
    try:
        yield
    finally:
        may_end.set()
        thread.join()


def _rows(settings: dict[str, str]) -> dict[str, str]:
    async def read() -> dict[str, str]:
        async with _connected(settings) as connection:
            return {row[0]: row[1] for row in await connection.fetch("SELECT storage_key, sha256 FROM documents")}

    return asyncio.run(read())


def _files(folder: Path) -> dict[str, str]:
    """The SHA-256 of each document, by key."""
    paths = [path for path in folder.glob("[!.]*/**/*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _age(folder: Path, hours: float) -> None:
    then = time.time() - hours * 3600
    for path in folder.rglob("*"):
        os.utime(path, (then, then))


def _until(holds: Callable[[], object]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_mount_that_vanishes_loses_nothing(settings: dict[str, str], tmp_path: Path) -> None:
    """Seen: it took uploads into the folder below it, answered 200, and they were lost."""
    folder, elsewhere = tmp_path / "data/documents", tmp_path / "unmounted"
    with serving(settings, tmp_path) as server:
        assert server.publish(pdf()).status_code == 201
        kept = _rows(settings)
        shutil.move(folder, elsewhere)
        folder.mkdir()
        (folder / ".incoming").mkdir()
        answer = server.publish(LARGE)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), answer.text
        assert "Nothing was changed" in answer.json()["detail"]
        time.sleep(1.1)
        assert [reason["code"] for reason in server.client.get("/readyz").json()["reasons"]] == ["store_not_ours"]
        assert _files(folder) == {}
        # A process that starts meanwhile says so and ends.
        refused = command(settings, "serve")
        assert (refused.returncode, "is the folder mounted" in refused.stderr) == (1, True), refused.stderr
        shutil.rmtree(folder)
        shutil.move(elsewhere, folder)
        assert server.publish(LARGE).status_code == 201
        time.sleep(1.1)
        assert server.client.get("/readyz").status_code == 200
    assert _rows(settings).items() > kept.items()
    assert _files(folder) == _rows(settings)


def test_a_store_of_another_database_is_refused_at_start(
    settings: dict[str, str], tmp_path: Path, server_url: str, template: str
) -> None:
    with serving(settings, tmp_path):
        pass
    other = f"another_{os.getpid()}"
    url = asyncio.run(create_database(server_url, other, template))
    refused = command(settings | {"DATABASE_URL": url}, "serve")
    asyncio.run(drop_database(server_url, other))
    assert refused.returncode == 1
    assert "belongs to another database" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_killed_server_leaves_no_file_without_a_row_for_long(settings: dict[str, str], tmp_path: Path) -> None:
    """Killed between the file and its row, and at any moment under load. What was acknowledged is whole."""
    folder, acknowledged = tmp_path / "data/documents", list[str]()
    with serving(settings, tmp_path) as server:
        before = _files(folder)
        with publications_held(settings):
            asking = threading.Thread(target=lambda: _quietly(lambda: server.publish(LARGE)))
            asking.start()
            _until(lambda: len(_files(folder)) > len(before))
            server.end(signal.SIGKILL)
            asking.join()
    (orphan,) = _files(folder).keys() - _rows(settings).keys()

    with serving(settings, tmp_path) as server:

        def upload() -> None:
            while True:
                answer = server.publish(LARGE)
                if answer.status_code == 201:
                    acknowledged.append(answer.json()["sha256"])

        writers = [threading.Thread(target=lambda: _quietly(upload)) for _ in range(4)]
        for writer in writers:
            writer.start()
        _until(lambda: len(acknowledged) > 5)
        server.end(signal.SIGKILL)
        for writer in writers:
            writer.join()
    assert len(acknowledged) > 5
    # Young files stay, whatever they are.
    young = command(settings, "documents", "verify", "--repair")
    assert young.returncode == 0, young.stdout + young.stderr
    assert orphan in _files(folder)
    _age(folder, 25)
    found = command(settings, "documents", "verify")
    assert (found.returncode, f"orphaned  {orphan}" in found.stdout) == (1, True), found.stdout
    repaired = command(settings, "documents", "verify", "--repair")
    assert repaired.returncode == 0, repaired.stdout
    assert _files(folder) == _rows(settings)
    with serving(settings, tmp_path) as server:
        assert list((folder / ".incoming").iterdir()) == []
        assert server.publish(pdf()).status_code == 201


def _quietly(ask: Callable[[], object]) -> None:
    try:
        ask()
    except httpx.HTTPError:
        # The server was killed.
        return


def test_a_slow_publication_keeps_its_file_while_orphans_are_removed(settings: dict[str, str], tmp_path: Path) -> None:
    """The grace time goes by the store's own clock, so neither a slow transaction nor a wrong clock loses a file."""
    answers: list[httpx.Response] = []
    with serving(settings | {"REQUEST_DEADLINE_SECONDS": "120"}, tmp_path) as server:
        before = _files(tmp_path / "data/documents")
        asking = threading.Thread(target=lambda: answers.append(server.publish(LARGE)))
        with publications_held(settings):
            asking.start()
            _until(lambda: len(_files(tmp_path / "data/documents")) > len(before))
            done = command(settings, "documents", "verify", "--repair", "--grace", "1")
            assert done.returncode == 0, done.stdout + done.stderr
        asking.join()
    assert answers[0].status_code == 201
    assert _files(tmp_path / "data/documents") == _rows(settings)


def test_a_deadline_that_strikes_before_the_row_takes_the_file_away(settings: dict[str, str], tmp_path: Path) -> None:
    with serving(settings, tmp_path) as server:
        with publications_held(settings):
            started = time.monotonic()
            assert server.publish(LARGE).status_code == 503
            assert time.monotonic() - started < 20
        _until(lambda: _files(tmp_path / "data/documents") == _rows(settings))


def test_a_full_disk_is_507_and_a_service_that_hangs_is_503_in_time(
    settings: dict[str, str], tmp_path: Path, proxy: FaultyProxy
) -> None:
    """A limit on the size of a file stands in for a full disk: the write fails in the kernel, at the same call."""

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    with serving(settings, tmp_path, small_files) as server:
        answer = server.publish(LARGE)
        assert (answer.status_code, answer.json()["code"]) == (507, "storage_full"), answer.text
        assert server.publish(pdf()).status_code == 201
    assert _files(tmp_path / "data/documents") == _rows(settings)
    (tmp_path / "data/documents/store-marker.json").unlink()
    in_bucket = settings | {
        "DOCUMENT_STORE_URL": f"s3://{BUCKET}/processes-{os.getpid()}",
        "S3__ENDPOINT": f"http://127.0.0.1:{proxy.port}",
        "S3__ACCESS_KEY_ID": ACCESS_KEY,
        "S3__SECRET_ACCESS_KEY": SECRET_KEY,
        "S3__TIMEOUT_SECONDS": "2",
    }
    assert command(in_bucket, "documents", "adopt").returncode == 0
    with serving(in_bucket, tmp_path) as server:
        assert server.publish(LARGE).status_code == 201
        document = server.client.get("/v1/documents").json()["items"][0]
        proxy.answer = b""
        content = f"/v1/documents/{document['id']}/content"
        asks: list[Callable[[], httpx.Response]] = [lambda: server.publish(pdf()), lambda: server.client.get(content)]
        for ask in asks:
            started = time.monotonic()
            assert ask().status_code == 503
            assert time.monotonic() - started < 15
        # What needs no document is served meanwhile.
        started = time.monotonic()
        assert server.client.get("/v1/documents").status_code == 200
        assert time.monotonic() - started < 5
        proxy.answer = None
        _until(lambda: server.client.get(content).status_code == 200)


def test_documents_move_with_the_command_and_are_served_from_there(settings: dict[str, str], tmp_path: Path) -> None:
    there = (tmp_path / "there").as_uri()
    with serving(settings, tmp_path) as server:
        published = server.publish(LARGE).json()
        wrong = command(settings, "documents", "move", "--to", "https://documents.example.com")
        assert (wrong.returncode, "Traceback" in wrong.stderr) == (1, False), wrong.stderr
        itself = command(settings, "documents", "move", "--to", (tmp_path / "data/documents").as_uri())
        assert (itself.returncode, "there already" in itself.stderr) == (1, True), itself.stderr
        for more in ([], ["--quick"]):
            moved = command(settings, "documents", "move", "--to", there, *more)
            assert (moved.returncode, "every document but 0" in moved.stderr) == (0, True), moved.stderr
    assert _files(tmp_path / "there") == _rows(settings)
    with serving(settings | {"DOCUMENT_STORE_URL": there}, tmp_path) as server:
        assert server.client.get(f"/v1/documents/{published['id']}/content").content == LARGE
