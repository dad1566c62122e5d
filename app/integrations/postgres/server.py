"""Check, start and stop the server process.

Check by connecting. Trust a pid file only if its process is a PostgreSQL server of this data folder: after a crash, or
in a restarted container, the pid may belong to any process.
"""

import signal
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from app.database_roles import ROLES
from app.integrations.postgres.account import Account, launch
from app.integrations.postgres.binaries import program, reason, run
from app.integrations.postgres.cluster import DATABASE, OWNER, PORT, SUPERUSER, configure
from app.integrations.postgres.errors import EmbeddedPostgresError
from app.integrations.postgres.sockets import new_temporary_folder, socket_path

# Recovery after a crash replays at most about a gigabyte of log.
READY_SECONDS = 120
STOP_SECONDS = 60
POLL_SECONDS = 0.03

# Unlike a superuser, the application's role cannot read the machine's files or load code. It can create databases and
# end sessions, which tests and tools need.
_PREPARE = f"""\
SELECT 'CREATE ROLE {OWNER} LOGIN CREATEDB' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') \\gexec
GRANT pg_signal_backend, pg_signal_autovacuum_worker TO {OWNER};
SELECT 'CREATE ROLE ' || name || ' LOGIN' FROM unnest(ARRAY{list(ROLES)!r}) AS name
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \\gexec
SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER}'
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
"""
_NOT_YET = ("starting up", "shutting down", "not yet accepting", "recovery mode", "refused", "No such file", "timeout")
# A killed server drops new connections: it is gone, which is not a refusal.
_GONE = ("closed the connection unexpectedly", "Connection reset by peer", "Broken pipe", "terminating connection")


@dataclass(frozen=True)
class Server:
    """A data folder, the account that serves it, and the folder of the server's socket."""

    folder: Path
    cluster: Path
    socket_folder: Path
    account: Account


def ensure_started(server: Server, *, fast_for_tests: bool) -> Server:
    """Start the server if it is not running, and return it once it answers. Its socket folder may have changed.

    Hold the start lock. Raises `EmbeddedPostgresError` if the server cannot be started.
    """
    answer = _ask(server, "SHOW data_directory;")
    if answer is not None and not _same(answer, server.cluster):
        # The folder is a copy, and the socket folder recorded in it belongs to the original's server.
        server = replace(server, socket_folder=new_temporary_folder(server.folder, server.account))
        answer = None
    if answer is None and not _answers_in_time(server):
        _launch(server, configure(server.folder, server.socket_folder, server.account, fast_for_tests=fast_for_tests))
    _ask(server, _PREPARE)
    return server


def stop(server: Server) -> None:
    """Shut the server down, letting it write everything to disk first. Hold the start lock."""
    postmaster = _postmaster(server)
    if postmaster is None:
        return
    for kind in (signal.SIGINT, signal.SIGQUIT):
        if _alive(postmaster):
            postmaster.send_signal(kind)
        deadline = time.monotonic() + STOP_SECONDS
        while _alive(postmaster) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
    if _alive(postmaster):
        raise EmbeddedPostgresError(f"The database in {server.folder} does not stop (process {postmaster.pid}).")


def _answers_in_time(server: Server) -> bool:
    """Wait for a running server to answer. If it does not, stop it, clear its leftovers and return false."""
    deadline = time.monotonic() + READY_SECONDS
    while _postmaster(server) is not None and time.monotonic() < deadline:
        if _ask(server, "SELECT 1;") is not None:
            return True
        if not socket_path(server.socket_folder).exists():
            # A cleaned-up temporary folder leaves the server running but unreachable.
            break
        time.sleep(POLL_SECONDS)
    stop(server)
    for leftover in (_pid_file(server), Path(f"{socket_path(server.socket_folder)}.lock")):
        # PostgreSQL removes these itself unless the pid is in use, here by an unrelated process or a zombie. Removing
        # them is safe: the shared memory block keeps a second server off the data.
        pid = _pid_in(leftover)
        if pid is not None and psutil.pid_exists(pid):
            leftover.unlink(missing_ok=True)
    return False


def _launch(server: Server, configuration: Path) -> None:
    log = server.folder / "postgres.log"
    log.touch(mode=0o600)
    server.account.give(log)
    command = [str(program("postgres")), "-D", str(server.cluster), "-c", f"config_file={configuration}"]
    deadline = time.monotonic() + READY_SECONDS
    while True:
        already_logged = log.stat().st_size
        launched = run(launch(server.account, server.cluster, command, detach_to=log))
        if launched.returncode != 0:
            raise EmbeddedPostgresError(
                f"The database in {server.folder} cannot run as the account {server.account.name!r} "
                f"({reason(launched.stderr)}): start as an ordinary user, or set DATABASE_URL."
            )
        if _answers_while_alive(server, int(launched.stdout), deadline):
            return
        with log.open("rb") as written:
            written.seek(already_logged)
            output = written.read().decode("utf-8", errors="replace")
        # A killed server's children take a moment to exit, and hold its shared memory until they do.
        if "shared memory block" not in output or time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"The database in {server.folder} did not start: {reason(output)}")
        time.sleep(POLL_SECONDS)


def _answers_while_alive(server: Server, pid: int, deadline: float) -> bool:
    while time.monotonic() < deadline:
        if _ask(server, "SELECT 1;") is not None:
            return True
        if not _alive(_process(pid)):
            return False
        time.sleep(POLL_SECONDS)
    return False


def _ask(server: Server, script: str) -> str | None:
    """Run the script and return its output, or None if there is no server or it is not ready.

    Raises `EmbeddedPostgresError` if the server refuses.
    """
    where = ["--host", str(server.socket_folder), "--port", str(PORT), "--username", SUPERUSER, "--dbname", "postgres"]
    how = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--no-password", "--set", "ON_ERROR_STOP=1"]
    done = run([str(program("psql")), *how, *where], stdin=script)
    if done.returncode == 0:
        return done.stdout.strip()
    if any(sign in done.stderr for sign in (*_NOT_YET, *_GONE)):
        return None
    raise EmbeddedPostgresError(f"The database in {server.folder} refuses: {reason(done.stderr)}")


def _pid_file(server: Server) -> Path:
    return server.cluster / "postmaster.pid"


def _postmaster(server: Server) -> psutil.Process | None:
    """Return the process named in the pid file if it is this data folder's server.

    Checks its command line, which is readable even where a container hides its working folder.
    """
    pid = _pid_in(_pid_file(server))
    process = _process(pid) if pid is not None else None
    try:
        command = process.cmdline() if process is not None and _alive(process) else []
    except psutil.Error:
        return None
    if len(command) < 3 or Path(command[0]).name != "postgres" or command[1] != "-D":
        return None
    return process if _same(command[2], server.cluster) else None


def _pid_in(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii").split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


def _alive(process: psutil.Process | None) -> bool:
    # A zombie, whose parent has not waited for it, counts as gone.
    try:
        return process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _same(path: str, other: Path) -> bool:
    try:
        return Path(path).samefile(other)
    except OSError:
        return False
