"""The landscape behind a real server, in a separate process: `python -m tests.fuzz.served URL FOLDER`.

It says one line of JSON when requests are taken: the address, whom to ask as, and what paths can name. Each line that
it then reads puts the landscape back as it was at first, and is answered with a line; at the end of its input it ends.
"""

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
from app.http.server import address_of, listen, run_server
from app.integrations.postgres import create_database, drop_database
from app.logs import configure_logs
from app.main import attach, create_app
from app.settings import Settings
from tests.clock import MovableClock
from tests.contract.landscape import Landscape, build
from tests.world import World

ROOT = Path(__file__).parents[2]


class Stage:
    """The landscape as a template database, and the app on its latest copy."""

    def __init__(self, server_url: str, folder: Path) -> None:
        self.server_url, self.folder, self.clock = server_url, folder, MovableClock()
        self.prefix = f"fuzz_{os.getpid()}"
        self.copies = 0

    def settings(self, url: str) -> Settings:
        return Settings(
            database_url=SecretStr(url),
            data_dir=self.folder / "data",
            secret_key=SecretStr("a key for tests that is long enough"),
            rate_limit_scale=1_000_000,
            sandbox=True,
        )

    async def build(self) -> Landscape:
        """Build the template landscape."""
        url = await create_database(self.server_url, f"{self.prefix}_0")
        config = Config(ROOT / "alembic.ini")
        config.attributes["database_url"] = url
        await asyncio.to_thread(command.upgrade, config, "head")
        settings = self.settings(url)
        database = Database.of(settings)
        app = create_app(settings, database=database, clock=self.clock)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            made = await build(World(client, database, settings, self.clock, deployment_of(app).store), app)
        await database.close()
        self.app, self.database, self.built_at = app, database, self.clock.now
        return made

    async def reset(self) -> None:
        """Switch the app to a fresh copy."""
        await self.database.close()
        if self.copies:
            await drop_database(self.server_url, f"{self.prefix}_{self.copies}")
        self.copies += 1
        url = await create_database(self.server_url, f"{self.prefix}_{self.copies}", f"{self.prefix}_0")
        settings = self.settings(url)
        self.database = Database.of(settings)
        self.clock.now = self.built_at
        attach(self.app, settings, self.database, self.clock)

    async def drop(self) -> None:
        """Drop the databases."""
        await self.database.close()
        for number in {0, self.copies}:
            await drop_database(self.server_url, f"{self.prefix}_{number}")


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
