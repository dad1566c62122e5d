"""PostgreSQL clusters on loopback, as an operator runs them: `initdb`, `pg_ctl`, `pg_basebackup`."""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import psutil

from app.database_roles import ROLES
from app.integrations.postgres.binaries import program
from faults.processes import free_port

PROGRAMS = program("initdb").parent
OWNER = DATABASE = "centre_recognition"
_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
wal_level = replica
max_wal_senders = 8
wal_keep_size = '512MB'
hot_standby = on
log_min_messages = warning
"""
_TRUSTED = "host all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n"


def as_server(
    command: list[str], environment: Mapping[str, str] = MappingProxyType({}), *, folder: Path = Path("/")
) -> subprocess.CompletedProcess[str]:
    """Run a command as the database's account: PostgreSQL does not run as root. Raises `RuntimeError` if it fails."""
    more: dict[str, object] = {}
    if os.getuid() == 0:
        entry = pwd.getpwnam("nobody")
        more = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    path = f"{PROGRAMS}:{os.environ['PATH']}"
    done = subprocess.run(
        command,
        env={"PATH": path, "LC_ALL": "C.UTF-8", **environment},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
        **more,  # type: ignore[call-overload]
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)[:300]}: {done.stdout[-1500:]}")
    return done  # type: ignore[no-any-return]


def open_folder(folder: Path) -> Path:
    """Make a folder that belongs to the database's account."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0:
        shutil.chown(folder, "nobody")
        for parent in folder.parents:
            if parent.stat().st_uid == 0 and parent != Path("/") and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    return folder


class Cluster:
    """A cluster in `folder/data`, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = open_folder(folder)
        self.data = folder / "data"
        self.port = free_port()

    @property
    def url(self) -> str:
        """The URL of its database."""
        return self.url_of(self.port)

    @staticmethod
    def url_of(*ports: int) -> str:
        """The URL of a database on several clusters."""
        return f"postgresql://{OWNER}@{','.join(f'127.0.0.1:{port}' for port in ports)}/{DATABASE}"

    def create(self) -> None:
        """Initialise and start it, with the product's role and an empty database."""
        locale = ["--locale", "C", "--encoding", "UTF8"]
        as_server(["initdb", "-D", str(self.data), "-U", "postgres", "--auth", "trust", *locale])
        as_server(["sh", "-c", f"cat >> {self.data}/pg_hba.conf <<'END'\n{_TRUSTED}END"])
        self.configure()
        self.start()
        self.psql(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
        for role in ROLES:
            self.psql(f"CREATE ROLE {role} LOGIN")
        self.psql(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def configure(self, more: str = "") -> None:
        """Write its settings. The port is not among them: a copy has another."""
        as_server(["sh", "-c", f"cat > {self.data}/postgresql.auto.conf <<'END'\n{_SETTINGS}{more}\nEND"])

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        command = ["pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "-t", "60", "start"]
        as_server(command, {"PGPORT": str(self.port)})

    def stop(self, mode: str = "fast") -> None:
        """Stop it, if it runs. `immediate` leaves recovery for the next start."""
        if self._runs():
            as_server(["pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop"])

    def _runs(self) -> bool:
        try:
            server = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
            # Nobody may have waited for one that was killed.
            return bool(server.status() != psutil.STATUS_ZOMBIE)
        except (FileNotFoundError, psutil.NoSuchProcess):
            return False

    def kill(self) -> None:
        """End the server as a power cut does: every process at once, without a word to anybody."""
        server = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
        for process in (server, *server.children()):
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def psql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement as the superuser, and return what it says."""
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database]
        return as_server(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *where, "-c", statement]).stdout.strip()

    def standby(self, folder: Path, name: str = "standby") -> "Cluster":
        """Copy it to a standby that follows it, and start that."""
        other = Cluster(folder)
        source = f"host=127.0.0.1 port={self.port} user=postgres application_name={name}"
        as_server(["pg_basebackup", "-D", str(other.data), "-d", source, "-R", "-X", "stream", "-c", "fast"])
        other.configure(f"primary_conninfo = '{source}'\n")
        other.start()
        return other

    def follows(self, seconds: float = 30) -> bool:
        """Wait until a standby streams from it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.psql("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") != "0":
                return True
            time.sleep(0.05)
        return False
