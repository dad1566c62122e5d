"""What one check has to itself: a database, a folder, the processes that it starts, and people who are signed in."""

import shutil
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import asyncpg

from app.database_roles import API_ROLE, WORKER_ROLE
from bench.stage import SECRET, Person, copied, sign_in
from faults.check import Break
from faults.ground import Ground
from faults.line import Line
from faults.processes import Process, Server, free_port

_SETTINGS = {
    "SECRET_KEY": SECRET,
    "RATE_LIMIT_SCALE": "1000000",
    "ACCESS_TOKEN_MINUTES": "60",
    "LOG_LEVEL": "INFO",
}
# Behind a proxy, so that clients may be on networks of their own: those of one network take turns.
PROXIED: Mapping[str, str] = MappingProxyType({"TRUSTED_PROXIES": "127.0.0.1"})


class World:
    """Give `broken`, and every process of this world has that fault."""

    def __init__(self, ground: Ground, name: str, url: str, broken: Break | None) -> None:
        self.ground = ground
        self.name, self.url = name, url
        self.broken = broken
        self.folder = ground.folder / name
        self._processes: list[Process] = []

    async def serve(
        self,
        settings: Mapping[str, str] = MappingProxyType({}),
        *,
        port: int = 0,
        prefix: Sequence[str] = (),
        tree: Path | None = None,
    ) -> Server:
        """Start a server, by way of another command where there is a `prefix`, and wait until it is ready. `tree` is
        another release's."""
        command = self._command("app", "serve") if tree is None else [sys.executable, "-m", "app", "serve"]
        log = self.folder / "server.log"
        role = API_ROLE if tree is None else None
        server = Server([*prefix, *command], self.settings(settings, role), log, port or free_port(), tree)
        self._processes.append(server)
        await server.ready()
        return server

    def work(self, settings: Mapping[str, str] = MappingProxyType({}), *, tree: Path | None = None) -> Process:
        """Start a worker. `tree` is another release's."""
        command = self._command("app", "worker") if tree is None else [sys.executable, "-m", "app", "worker"]
        role = WORKER_ROLE if tree is None else None
        worker = Process(command, self.settings(settings, role), self.folder / "worker.log", tree)
        self._processes.append(worker)
        return worker

    async def run(self, module: str, *arguments: str, seconds: float) -> None:
        """Run a module in a process of its own, to its end. Raises `RuntimeError` if it fails."""
        process = Process(self._command(module, *arguments), self.settings({}), self.folder / f"{module}.log")
        self._processes.append(process)
        if await process.ended(seconds) is None or process.failed:
            raise RuntimeError(f"{module} failed: {process.said()}")

    def _command(self, module: str, *arguments: str) -> list[str]:
        if self.broken is not None and self.broken.patch:
            return [sys.executable, "-m", "faults.broken", self.broken.patch, module, *arguments]
        return [sys.executable, "-m", module, *arguments]

    def settings(self, settings: Mapping[str, str], role: str | None = None) -> dict[str, str]:
        """The environment of this world's processes, which log in as `role` or as the owner."""
        if role is not None:
            settings = {"DATABASE_USER": role, **settings}
        broken = self.broken.settings if self.broken is not None else {}
        return {**_SETTINGS, "DATABASE_URL": self.url, "DATA_DIR": str(self.folder), **settings, **broken}

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection of the programme itself."""
        connection = await asyncpg.connect(self.url)
        try:
            yield connection
        finally:
            await connection.close()

    async def ids(self, state: str, name: str, count: int) -> list[UUID]:
        """Ids of applications in this state, or of what hangs on them: `name` is a property of the sandbox's answer."""
        stage = self.ground.stage
        async with self.connection() as connection:
            return await copied(connection, stage.id_in(state, name), stage.copies[state][:count])

    async def super_users(self, state: str, count: int) -> list[Person]:
        """A signed-in super user of each of these applications."""
        stage = self.ground.stage
        person = stage.templates[state]["super_user"]
        assert isinstance(person, dict)
        async with self.connection() as connection:
            people = await copied(connection, UUID(person["person_id"]), stage.copies[state][:count])
            return await sign_in(connection, people)

    def log_in(self, role: str) -> dict[str, str]:
        """The address and the password of the member of staff with this role."""
        staff = self.ground.stage.templates["draft"]["staff"]
        assert isinstance(staff, dict)
        return {name: staff[role][name] for name in ("email", "password")}

    async def staff(self, role: str, state: str = "draft") -> Person:
        """The signed-in member of staff with this role."""
        staff = self.ground.stage.templates[state]["staff"]
        assert isinstance(staff, dict)
        async with self.connection() as connection:
            return (await sign_in(connection, [UUID(staff[role]["person_id"])]))[0]

    def close(self) -> None:
        """End what still runs."""
        for process in self._processes:
            if process.alive:
                process.kill()


@asynccontextmanager
async def new_world(ground: Ground, name: str, broken: Break | None = None) -> AsyncIterator[World]:
    """Copy the template's database and documents; end every process when the block ends."""
    url = await ground.database(name)
    shutil.copytree(ground.documents, ground.folder / name)
    if broken is not None and broken.sql:
        await ground.as_superuser(broken.sql.format(database=name))
    world = World(ground, name, url, broken)
    try:
        yield world
    finally:
        world.close()
        await ground.as_superuser(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def line_of(server: Server, person: Person | None = None) -> Line:
    """A connection to the server, as the person."""
    return Line(server.port, person.token if person else "")
