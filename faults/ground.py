"""The database cluster of a run, which can be crashed, and the template that every check's database is a copy of."""

import asyncio
import shutil
import signal
import subprocess
from pathlib import Path
from time import monotonic

import asyncpg
import psutil
from sqlalchemy import make_url

from app.integrations.postgres import create_database, start_embedded
from app.integrations.postgres.binaries import program
from bench.measure import postmaster
from bench.stage import Stage, copy_all, declare_real, make_templates, migrate

TEMPLATE = "template"
# How many applications there are in each state.
_COPIES = {"draft": 40, "ready_to_submit": 64, "awaiting_payment": 80, "awaiting_decision": 24, "accepted": 8}


class Ground:
    """A durable cluster of its own. `close` removes everything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # The database's account must be able to pass through.
        folder.chmod(0o711)
        self.documents = folder / "template"
        """The data folder that belongs to the template."""
        self.documents.mkdir()
        self._postgres = start_embedded(folder / "postgres")
        try:
            self.stage = asyncio.run(self._build())
        except BaseException:
            self.close()
            raise

    async def _build(self) -> Stage:
        """Play an application into each state in the sandbox, declare the database a real one, and copy them."""
        url = plain(await create_database(self._postgres.url, TEMPLATE))
        await asyncio.to_thread(migrate, self._postgres.url.replace("/centre_recognition?", f"/{TEMPLATE}?"))
        stage = Stage(url, await asyncio.to_thread(make_templates, self.documents, url, tuple(_COPIES)))
        connection = await asyncpg.connect(url)
        try:
            await declare_real(connection)
            # The letters of the stage do not go out.
            await connection.execute(
                "DELETE FROM pgqueuer; UPDATE emails SET status = 'not_needed' WHERE status = 'queued'"
            )
            await copy_all(connection, stage, _COPIES)
        finally:
            await connection.close()
        return stage

    @property
    def cluster(self) -> Path:
        """The data folder of the cluster."""
        return self._postgres.folder / "cluster"

    async def database(self, name: str, template: str | None = TEMPLATE) -> str:
        """Copy the template to a database, or make an empty one; return its URL."""
        return plain(await create_database(self._postgres.url, name, template))

    def dump(self, name: str, path: Path) -> Path:
        """Write a database as SQL, with the rights of its roles and without owners."""
        address = make_url(self._postgres.url)
        where = ["--host", str(address.query["host"]), "--username", str(address.username), "--no-owner"]
        command = [str(program("pg_dump")), *where, "--file", str(path), name]
        subprocess.run(command, check=True, capture_output=True)
        path.chmod(0o644)
        return path

    async def as_superuser(self, statement: str) -> None:
        """Run a statement with every right."""
        connection = await asyncpg.connect(superuser(plain(self._postgres.url)))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def crash(self) -> None:
        """Stop the database as `pg_ctl stop -m immediate` does: no process writes anything more."""
        server = psutil.Process(postmaster(self._postgres.folder))
        server.send_signal(signal.SIGQUIT)
        deadline = monotonic() + 30
        # Its parent is long gone, and whoever adopted it may not have waited for it.
        while server.is_running() and server.status() != psutil.STATUS_ZOMBIE:
            if monotonic() > deadline:
                raise RuntimeError("the database does not stop")

    def restart(self) -> None:
        """Start the database again; return when it has recovered."""
        self._postgres.ensure_running()

    def close(self) -> None:
        """Stop the cluster and remove it."""
        self._postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def plain(url: str) -> str:
    """The URL without SQLAlchemy's driver."""
    return url.replace("postgresql+asyncpg://", "postgresql://")


def superuser(url: str) -> str:
    """The URL for the cluster's superuser."""
    return url.replace("//centre_recognition@", "//postgres@")
