"""The landscape behind a real server, in a separate process: `python -m tests.fuzz.served URL FOLDER`.

It says one line of JSON when requests are taken: the address, whom to ask as, and what paths can name. Each line that
it then reads puts the landscape back as it was at first, and is answered with a line; at the end of its input it ends.
"""

# ruff: noqa: E402
import gc

# Importing the app makes a large heap and no garbage.
gc.disable()

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import httpx
from alembic import command
from alembic.config import Config
from pydantic import SecretStr

from app.database import Database
from app.http.exchange import deployment_of
from app.http.listening import address_of, listen
from app.http.server import run_server
from app.integrations.postgres import create_database, drop_database
from app.logs import configure_logs
from app.main import attach, create_app
from app.settings import Settings
from tests.clock import MovableClock
from tests.contract.landscape import Landscape, build
from tests.emptying import keep
from tests.world import World

gc.freeze()
gc.enable()
ROOT = Path(__file__).parents[2]


class Stage:
    """The landscape and its app."""

    def __init__(self, server_url: str, folder: Path) -> None:
        self.server_url, self.folder, self.clock = server_url, folder, MovableClock()
        self.name = f"fuzz_{os.getpid()}"

    async def build(self) -> Landscape:
        """Build the landscape."""
        url = await create_database(self.server_url, self.name)
        config = Config(ROOT / "alembic.ini")
        config.attributes["database_url"] = url
        await asyncio.to_thread(command.upgrade, config, "head")
        self.settings = Settings(
            database_url=SecretStr(url),
            data_dir=self.folder / "data",
            secret_key=SecretStr("a key for tests that is long enough"),
            rate_limit_scale=1_000_000,
            sandbox=True,
        )
        self.database = Database.of(self.settings)
        self.app = create_app(self.settings, database=self.database, clock=self.clock)
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            store = deployment_of(self.app).store
            made = await build(World(client, self.database, self.settings, self.clock, store), self.app)
        self.kept, self.built_at = await keep(self.database), self.clock.now
        return made

    async def reset(self) -> None:
        """Put the landscape back as it was built."""
        await self.kept.restore(self.database)
        self.clock.now = self.built_at
        attach(self.app, self.settings, self.database, self.clock)

    async def drop(self) -> None:
        """Drop the database."""
        await self.database.close()
        await drop_database(self.server_url, self.name)


async def _serve(server_url: str, folder: Path) -> None:
    stage = Stage(server_url, folder)
    made = await stage.build()
    await stage.reset()
    listener = listen("127.0.0.1", 0)
    started = asyncio.Event()
    server = asyncio.create_task(
        run_server(stage.app, deployment_of(stage.app).settings, listener=listener, on_started=started.set)
    )
    await started.wait()
    body: dict[str, Any] = {
        "address": address_of(listener),
        "logins": {name: dict(login.headers) for name, login in made.logins.items()},
        "ids": made.ids,
        "others": made.others,
    }
    print(json.dumps(body), flush=True)
    try:
        while await asyncio.to_thread(sys.stdin.readline):
            await stage.reset()
            print("ready", flush=True)
    finally:
        server.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await server
        await stage.drop()


if __name__ == "__main__":
    configure_logs("ERROR", json_lines=False)
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
