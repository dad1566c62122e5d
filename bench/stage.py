"""The stage: a database, the product and the bare handler beside each other, and who acts in the benchmark.

The templates are made by the sandbox; then the database is declared a real one, so that what is measured is the
product as it runs in production.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx

from app.database_roles import API_ROLE
from app.integrations.postgres import create_database
from app.security.tokens import Claims, issue_access_token
from bench.clone import Template, copy_template, give_positions, read_template

SECRET = "a secret for the benchmark, and for nothing else"
STATES = ("draft", "ready_to_submit", "awaiting_payment", "in_review", "accepted")
LEAST = 8
_SETTINGS = {"SECRET_KEY": SECRET, "RATE_LIMIT_SCALE": "1000000", "LOG_LEVEL": "WARNING", "ACCESS_TOKEN_MINUTES": "60"}


@dataclass
class Person:
    """Somebody who acts: an access token for the product, and the session's id for the bare handler."""

    token: str
    session: UUID


@dataclass
class Stage:
    """What the operations need: templates by state, copies of each, and people."""

    database_url: str
    templates: Mapping[str, dict[str, object]]
    copies: dict[str, list[int]] = field(default_factory=dict)

    def id_in(self, state: str, name: str) -> UUID:
        """An id of the template in this state."""
        return UUID(str(self.templates[state][name]))


class Server:
    """A server in a process of its own; ended with `stop`."""

    def __init__(self, command: list[str], port: int, ready: str, environment: Mapping[str, str], log: Path) -> None:
        self.port = port
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=self._log, stderr=subprocess.STDOUT
        )
        self.pid = self._process.pid
        for _ in range(600):
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}{ready}").status_code < 500:
                    return
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"the server did not start; see {log}")

    def stop(self) -> None:
        """End it and wait for it."""
        self._process.terminate()
        self._process.wait()
        self._log.close()


def free_port() -> int:
    """A port that is free at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def product(
    folder: Path, database_url: str, *, command: Sequence[str] = (sys.executable, "-m", "app"), **settings: str
) -> Server:
    """The product's API, in one process."""
    port = free_port()
    place = {"DATABASE_URL": database_url, "DATABASE_USER": API_ROLE, "DATA_DIR": str(folder), "PORT": str(port)}
    environment = {**_SETTINGS, **place, **settings}
    return Server([*command, "serve"], port, "/livez", environment, folder / "product.log")


def bare(folder: Path, database_url: str) -> Server:
    """The bare handler, in one process."""
    port, files = free_port(), folder / "bare"
    files.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "bench.bare", str(port), database_url, str(files)]
    return Server(command, port, "/nothing", {}, folder / "bare.log")


def django(folder: Path, database_url: str) -> Server:
    """The Django REST Framework peer, in one process with a thread for each connection.

    Of gunicorn's workers, threads are the kindest to Django: they keep connections open and need no event loop.
    """
    port, files = free_port(), folder / "django"
    files.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "gunicorn", "bench.django_peer.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "1", "--worker-class", "gthread", "--threads", "8", "--keep-alive", "75"]
    command += ["--no-control-socket", "--worker-tmp-dir", str(files)]
    environment = {"DJANGO_SETTINGS_MODULE": "bench.django_peer.settings", "FILES": str(files)}
    return Server(command, port, "/nothing", {**environment, "DATABASE_URL": database_url}, folder / "django.log")


@asynccontextmanager
async def seeded(
    folder: Path, server_url: str, applications: int, once: int
) -> AsyncIterator[tuple[str, asyncpg.Connection, Stage]]:
    """A migrated database with `applications` rows, `once` of each state that operations use up."""
    url = await create_database(server_url, "bench")
    plain = url.replace("postgresql+asyncpg://", "postgresql://")
    await asyncio.to_thread(migrate, url)
    stage = Stage(plain, make_templates(folder, plain))
    connection = await asyncpg.connect(plain)
    try:
        await declare_real(connection)
        rest = max(applications - 3 * once, 2 * LEAST)
        counts = dict.fromkeys(("draft", "ready_to_submit", "awaiting_payment"), max(once, LEAST))
        await copy_all(connection, stage, counts | {"in_review": rest // 2, "accepted": rest // 2})
        yield plain, connection, stage
    finally:
        await connection.close()


def migrate(url: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(Path(__file__).parents[1] / "alembic.ini")
    config.attributes["database_url"] = url
    command.upgrade(config, "head")


def make_templates(folder: Path, database_url: str, states: Sequence[str] = STATES) -> dict[str, dict[str, object]]:
    """One application for each state, made by the sandbox."""
    server = product(folder, database_url, SANDBOX="true")
    try:
        address = f"http://127.0.0.1:{server.port}/v1/sandbox/applications"
        made = {}
        for state in states:
            answer = httpx.post(address, json={"state": state}, timeout=60)
            answer.raise_for_status()
            made[state] = answer.json()
        return made
    finally:
        server.stop()


async def declare_real(connection: asyncpg.Connection) -> None:
    """Turn the sandbox's database into one that serves real data."""
    await connection.execute("UPDATE deployment SET sandbox = false, ahead = interval '0'")


async def copy_all(connection: asyncpg.Connection, stage: Stage, counts: Mapping[str, int]) -> None:
    """Copy the templates, `counts` times each by their state."""
    first = 1
    for state, count in counts.items():
        template: Template = await read_template(connection, stage.id_in(state, "centre_id"))
        await copy_template(connection, template, first, count)
        stage.copies[state] = list(range(first, first + count))
        first += count
    await give_positions(connection)
    await connection.execute("VACUUM ANALYZE")


async def copied(connection: asyncpg.Connection, original: UUID, numbers: list[int]) -> list[UUID]:
    """The ids of the copies of a row."""
    rows = await connection.fetch("SELECT copied($1, n) AS id FROM unnest($2::bigint[]) AS n", original, numbers)
    return [row["id"] for row in rows]


async def sign_in(connection: asyncpg.Connection, people: list[UUID]) -> list[Person]:
    """A session and an access token for each person."""
    now = datetime.now(UTC)
    sessions = [uuid4() for _ in people]
    await connection.executemany(
        """INSERT INTO sessions (id, person_id, first_password, started_at, last_used_at, expires_at)
        VALUES ($1, $2, false, $3, $3, $4)""",
        [(session, person, now, now + timedelta(days=1)) for session, person in zip(sessions, people, strict=True)],
    )
    lifetime = timedelta(hours=12)
    return [
        Person(issue_access_token(SECRET, Claims(person, session, None), now, lifetime), session)
        for session, person in zip(sessions, people, strict=True)
    ]
