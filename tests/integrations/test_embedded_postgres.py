"""The built-in PostgreSQL, actually started: refusals, sharing, crashes and awkward folders."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
from sqlalchemy import make_url

from app.integrations.postgres import EmbeddedPostgresError, create_database, drop_database, start_embedded

ROOT = Path(__file__).resolve().parents[2]
# Before anything else is looked at: Windows has neither this module nor what the tests ask of `os`.
pwd = pytest.importorskip("pwd", reason="the built-in database does not run on Windows")


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database folder made once, which tests copy rather than wait for."""
    folder = tmp_path_factory.mktemp("initialised") / "postgres"
    start_embedded(folder, fast_for_tests=True).stop()
    return folder


@pytest.fixture
def folder(initialised: Path, tmp_path: Path) -> Iterator[Path]:
    """A fresh database folder, whose server is stopped at the end."""
    copy = copied(initialised, tmp_path / "postgres")
    yield copy
    kill_server(copy)


def copied(folder: Path, to: Path) -> Path:
    subprocess.run(["cp", "-a", str(folder), str(to)], check=True)
    return to


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "cluster" / "postmaster.pid").read_text().split()[0]))


def kill_server(folder: Path) -> None:
    if (folder / "cluster" / "postmaster.pid").exists():
        try:
            process = postmaster(folder)
            if str(folder / "cluster") in process.cmdline():
                process.kill()
                process.wait(10)
        except psutil.NoSuchProcess:
            pass


@asynccontextmanager
async def session(url: str) -> "AsyncIterator[asyncpg.Connection]":
    address = make_url(url)
    connection = await asyncpg.connect(**address.get_dialect()().create_connect_args(address)[1])
    try:
        yield connection
    finally:
        await connection.close()


def value(url: str, statement: str) -> object:
    async def fetch() -> object:
        async with session(url) as connection:
            return await connection.fetchval(statement)

    return asyncio.run(fetch())


def another_user(folder: Path) -> "subprocess.Popen[str]":
    """A process that uses the server until its standard input closes; returns once it does."""
    script = (
        "import sys; from pathlib import Path; from app.integrations.postgres import start_embedded\n"
        "with start_embedded(Path(sys.argv[1])) as database: print(database.url, flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql+asyncpg://")
    return process


def test_data_of_another_major_version_are_refused_in_one_line(tmp_path: Path) -> None:
    cluster = tmp_path / "cluster"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("15\n")
    with pytest.raises(EmbeddedPostgresError, match=r"belong to PostgreSQL 15, and this release brings 18") as refusal:
        start_embedded(tmp_path)
    assert "\n" not in str(refusal.value)


def test_a_folder_that_holds_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "cluster").mkdir()
    (tmp_path / "cluster" / "precious.txt").write_text("mine")
    with pytest.raises(EmbeddedPostgresError, match="is not a PostgreSQL data folder"):
        start_embedded(tmp_path)
    assert (tmp_path / "cluster" / "precious.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedPostgresError, match=r"cannot be used: .*Not a directory") as refusal:
        start_embedded(tmp_path / "file" / "postgres")
    assert "\n" not in str(refusal.value)


def test_a_server_that_cannot_start_says_why_in_one_line(folder: Path) -> None:
    with (folder / "cluster" / "postgresql.auto.conf").open("a") as settings:
        settings.write("shared_buffers = 'plenty'\n")
    with pytest.raises(EmbeddedPostgresError, match=r"did not start: configuration file .* contains errors") as refusal:
        start_embedded(folder)
    assert "\n" not in str(refusal.value)


def test_the_database_is_the_same_everywhere_and_owned_by_a_role_without_special_rights(folder: Path) -> None:
    with start_embedded(folder) as database:
        assert value(database.url, "SELECT current_database()") == "centre_recognition"
        assert value(database.url, "SELECT current_setting('is_superuser')") == "off"
        assert value(database.url, "SELECT current_setting('server_encoding')") == "UTF8"
        assert (
            value(database.url, "SELECT string_agg(w, '' ORDER BY w) FROM unnest('{b,A,a,B,é}'::text[]) w") == "ABabé"
        )
        assert value(database.url, "SELECT upper('é')") == "É"


def test_writes_are_durable_unless_a_test_disables_it(folder: Path) -> None:
    for fast, expected in ((False, "on"), (True, "off")):
        with start_embedded(folder, fast_for_tests=fast) as database:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                assert value(database.url, f"SELECT current_setting('{setting}')") == expected


def test_nobody_else_can_reach_the_server(folder: Path) -> None:
    with start_embedded(folder) as database:
        assert value(database.url, "SELECT current_setting('listen_addresses')") == ""
        for closed in (folder / "cluster", folder / "socket"):
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert stat.S_IMODE(folder.stat().st_mode) & 0o066 == 0


def test_the_server_takes_neither_the_signals_nor_the_environment_of_its_starter(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "not for the server")
    monkeypatch.setenv("PGHOST", "/nowhere")
    with start_embedded(folder):
        server = postmaster(folder)
        assert os.getsid(server.pid) == server.pid
        assert not {"ADMIN_PASSWORD", "PGHOST"} & server.environ().keys()


def test_the_last_of_several_users_stops_the_server(folder: Path) -> None:
    first = start_embedded(folder)
    other = another_user(folder)
    server = postmaster(folder)

    first.stop()
    first.stop()
    assert server.is_running()

    other.communicate("", timeout=20)
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
    assert not (folder / "cluster" / "postmaster.pid").exists()


def test_concurrent_starters_share_one_server(folder: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        running = list(pool.map(lambda _: start_embedded(folder), range(6)))
    try:
        started = {value(database.url, "SELECT pg_postmaster_start_time()") for database in running}
        assert len(started) == 1
    finally:
        for database in running:
            database.stop()
    assert not (folder / "cluster" / "postmaster.pid").exists()


def test_a_user_killed_outright_leaves_the_server_to_the_next(folder: Path) -> None:
    killed = another_user(folder)
    server = postmaster(folder)
    killed.kill()
    killed.communicate()
    with start_embedded(folder) as database:
        assert postmaster(folder) == server
        assert value(database.url, "SELECT 1") == 1
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE


def test_a_server_killed_outright_comes_back_with_what_was_committed(folder: Path) -> None:
    with start_embedded(folder) as database:
        value(database.url, "CREATE TABLE kept AS SELECT 42 AS answer")
        postmaster(folder).send_signal(signal.SIGKILL)
        with start_embedded(folder) as again:
            assert value(again.url, "SELECT answer FROM kept") == 42
        postmaster(folder).send_signal(signal.SIGKILL)
        database.ensure_running()
        assert value(database.url, "SELECT answer FROM kept") == 42


def _drop_all(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            listener.accept()[0].close()


def test_a_listener_that_drops_connections_is_not_a_server(folder: Path) -> None:
    """A killed server's socket does so for a moment. A new server replaces it."""
    with start_embedded(folder) as database:
        place = Path(str(make_url(database.url).query["host"])) / ".s.PGSQL.5432"
    with socket.socket(socket.AF_UNIX) as dying:
        dying.bind(str(place))
        place.chmod(0o777)
        dying.listen()
        threading.Thread(target=_drop_all, args=(dying,), daemon=True).start()
        with start_embedded(folder) as again:
            assert value(again.url, "SELECT 1") == 1


def test_a_stale_pid_of_another_process_is_ignored_and_left_alone(folder: Path) -> None:
    with start_embedded(folder):
        stale = (folder / "cluster" / "postmaster.pid").read_text().splitlines()
    # Run as the server's account; only then does PostgreSQL mistake the other process for itself.
    account = (folder / "cluster").stat().st_uid
    bystander = subprocess.Popen(["sleep", "60"], user=account if os.getuid() == 0 else None)
    try:
        (folder / "cluster" / "postmaster.pid").write_text("\n".join([str(bystander.pid), *stale[1:], ""]))
        with start_embedded(folder) as database:
            assert value(database.url, "SELECT 1") == 1
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_long_path_and_its_copy_each_get_a_server(initialised: Path, tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 30) / 'it\'s a $HOME, "quoted" \\ folder'
    deep.mkdir(parents=True)
    folder = copied(initialised, deep / "postgres")
    with start_embedded(folder) as database:
        socket_folder = Path((folder / "socket-folder").read_text())
        assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
        value(database.url, "CREATE TABLE original AS SELECT 1")
        # A copy includes the record of the original's socket, but must not connect to the original's database.
        with start_embedded(copied(folder, deep / "copy")) as copy:
            assert copy.url != database.url
        shutil.rmtree(socket_folder)
        with start_embedded(folder) as swept:
            assert value(swept.url, "SELECT count(*) FROM original") == 1
            database.ensure_running()
            assert database.url == swept.url
        in_use = Path((folder / "socket-folder").read_text())
        assert in_use.exists()
    assert not in_use.exists()


@pytest.mark.skipif(os.getuid() != 0, reason="shows what happens for root")
def test_for_root_another_account_runs_it_and_no_parent_folder_is_opened(initialised: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    folder = copied(initialised, closed / "postgres")
    with start_embedded(folder) as database:
        assert value(database.url, "SELECT 1") == 1
        server = postmaster(folder)
        assert server.uids().effective == pwd.getpwnam("nobody").pw_uid
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        if sys.platform == "linux":
            status = Path(f"/proc/{server.pid}/status").read_text()
            capabilities = next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff"))
            # Passing through closed folders, and nothing else.
            assert int(capabilities, 16) == 1 << 2


def test_databases_are_copied_from_a_template_and_dropped_under_open_sessions(folder: Path) -> None:
    async def scenario(url: str) -> object:
        template = await create_database(url, 'a "template"')
        async with session(template) as connection:
            await connection.execute("CREATE TABLE thing AS SELECT 7 AS number")
        copy = await create_database(url, "copy", 'a "template"')
        async with session(copy) as connection:
            number = await connection.fetchval("SELECT number FROM thing")
            await drop_database(url, "copy")
            await drop_database(url, "copy")
        return number

    with start_embedded(folder, fast_for_tests=True) as database:
        assert asyncio.run(scenario(database.url)) == 7
        assert value(database.url, "SELECT count(*) FROM pg_database WHERE datname = 'copy'") == 0
