"""Server processes share one rate limit."""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from app.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SERVER = """
import asyncio
from app.database import Database
from app.logs import configure_logs
from app.main import create_app
from app.http.listening import address_of, listen
from app.http.server import run_server
from app.settings import get_settings
configure_logs("WARNING", json_lines=False)
listener = listen("127.0.0.1", 0)
settings = get_settings()
started = lambda: print(address_of(listener), flush=True)
asyncio.run(run_server(create_app(settings), settings, listener=listener, on_started=started))
"""
# The limit of `requestPasswordReset`. One request comes back every three minutes, so none does during the test.
ALLOWED = 20


@pytest.fixture
def addresses(settings: Settings) -> Iterator[list[str]]:
    """The addresses of two server processes on one database."""
    assert settings.database_url is not None
    assert settings.secret_key is not None
    environment = os.environ | {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "RATE_LIMIT_SCALE": "1",
        "DRAIN_SECONDS": "0",
    }
    with ExitStack() as running:
        processes = []
        for _ in range(2):
            process = running.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", SERVER], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
                )
            )
            running.callback(process.terminate)
            processes.append(process)
        yield [process.stdout.readline().strip() for process in processes if process.stdout is not None]


async def test_two_processes_share_one_limit(addresses: list[str]) -> None:
    """One caller sends requests to both at once, and each reports the remaining quota correctly."""
    async with httpx.AsyncClient() as client:
        answers = []
        for number in range(ALLOWED):
            # In pairs, so that a slow process is not left behind by the other.
            body = {"email": f"nobody{number}@example.com"}
            requests = (client.post(f"{address}/v1/password-resets", json=body) for address in addresses)
            answers += await asyncio.gather(*requests)
        late = [await client.post(f"{address}/v1/password-resets", json={}) for address in addresses]
    assert Counter(answer.status_code for answer in answers) == {202: ALLOWED, 429: ALLOWED}
    by_server = Counter(answer.url.port for answer in answers if answer.status_code == 202)
    assert len(by_server) == 2, "only one process answered"
    # A request that was overtaken counts from an earlier time, when one fewer would have been left.
    items = [answer.headers["ratelimit"] for answer in answers if answer.status_code == 202]
    left = sorted(int(item.split('"password_reset";r=')[1].split(";")[0]) for item in items)
    assert all(told in (true, true - 1) for told, true in zip(left, range(ALLOWED), strict=True) if true), left
    assert [answer.status_code for answer in late] == [429, 429]
