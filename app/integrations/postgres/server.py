"""The server process: whether it is there, starting it and stopping it.

Whether it is there is found out by connecting. A pid file is believed only so far as the process it names is a
PostgreSQL of this very data folder; after a crash, or in a restarted container, the number may be anyone's.
"""

import signal
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from app.integrations.postgres.account import Account, launch
from app.integrations.postgres.binaries import program, reason, run
from app.integrations.postgres.cluster import DATABASE, OWNER, PORT, SUPERUSER, configure
from app.integrations.postgres.errors import EmbeddedPostgresError
from app.integrations.postgres.sockets import new_temporary_folder, socket_path

# Recovery after a crash replays at most about a gigabyte of log.
READY_SECONDS = 120
STOP_SECONDS = 60
POLL_SECONDS = 0.03

# The application's own role cannot read the machine's files or load code, as a superuser can; it may make databases
# and end its own sessions, which is what tests and tools need.
_PREPARE = f"""\
SELECT 'CREATE ROLE {OWNER} LOGIN CREATEDB' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') \\gexec
GRANT pg_signal_backend, pg_signal_autovacuum_worker TO {OWNER};
SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER}'
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
"""
_NOT_YET = ("starting up", "shutting down", "not yet accepting", "recovery mode", "refused", "No such file", "timeout")
# A server that is killed drops whoever had just come in; there is none any more, which is not a refusal.
_GONE = ("closed the connection unexpectedly", "Connection reset by peer", "Broken pipe", "terminating connection")


@dataclass(frozen=True)
class Server:
    """One data folder, the account that may serve it, and where the server listens."""

    folder: Path
    cluster: Path
    socket_folder: Path
    account: Account


def ensure_started(server: Server, *, fast_for_tests: bool) -> Server:
    """Return the server once it answers, started if need be; its socket folder may have had to change.

    Only while holding the start lock. Raises `EmbeddedPostgresError` when it cannot be started.
    """
    answer = _ask(server, "SHOW data_directory;")
    if answer is not None and not _same(answer, server.cluster):
        # The folder was copied together with its note of a temporary socket folder, which is the original's.
        server = replace(server, socket_folder=new_temporary_folder(server.folder, server.account))
        answer = None
    if answer is None and not _comes_round(server):
        _launch(server, configure(server.folder, server.socket_folder, server.account, fast_for_tests=fast_for_tests))
    _ask(server, _PREPARE)
    return server


def stop(server: Server) -> None:
    """Shut the server down, letting it write everything out first. Only while holding the start lock."""
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


def _comes_round(server: Server) -> bool:
    """Wait for a server that runs without answering yet; false once there is none, and nothing bars a new one."""
    deadline = time.monotonic() + READY_SECONDS
    while _postmaster(server) is not None and time.monotonic() < deadline:
        if _ask(server, "SELECT 1;") is not None:
            return True
        if not socket_path(server.socket_folder).exists():
            # Temporary folders get swept: it runs, but nobody can reach it any more.
            break
        time.sleep(POLL_SECONDS)
    stop(server)
    for leftover in (_pid_file(server), Path(f"{socket_path(server.socket_folder)}.lock")):
        # PostgreSQL clears these away itself unless there is a process of that number: by now somebody else's, or a
        # killed server's that nobody has collected. What protects the data from two servers is their shared memory.
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
            said = written.read().decode("utf-8", errors="replace")
        # The children of a server that was killed take a moment to notice, and hold its shared memory until then.
        if "shared memory block" not in said or time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"The database in {server.folder} did not start: {reason(said)}")
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
    """What the server answers to the script; None while there is no server, or it is not ready.

    Raises `EmbeddedPostgresError` when it is there and refuses.
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
    """The process that the pid file names, if it is truly the server of this data folder.

    Told by its command line, which can be read even where a container withholds a look at its working folder.
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
    # A process whose parent has not asked after it stays in the table as a zombie: it is gone all the same.
    try:
        return process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _same(path: str, other: Path) -> bool:
    try:
        return Path(path).samefile(other)
    except OSError:
        return False
