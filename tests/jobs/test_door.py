"""The worker's HTTP door: refusals first, then what it shows, then what hangs."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from app.database import Database
from app.http.listening import listen
from app.jobs.means import Means
from app.jobs.worker import run_worker
from app.settings import Settings
from tests.jobs.conftest import Query
from tests.jobs.relay import Relay, running
from tests.jobs.working import owe, through, until_found
from tests.vanishing import wire_to
from tests.world import World

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd", "ignore:Session.login_data")


@asynccontextmanager
async def door(
    means: Means, settings: Settings | None = None, database: Database | None = None
) -> AsyncIterator[tuple[httpx.AsyncClient, asyncio.Event]]:
    """A worker with a door, a client of it, and the event that stops the worker."""
    stop = asyncio.Event()
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    work = run_worker(
        database or means.database,
        settings or means.settings,
        means.store,
        means.clock,
        stop=stop,
        listener=listener,
    )
    task = asyncio.create_task(work)
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=10) as client:
            yield client, stop
    finally:
        stop.set()
        await asyncio.wait_for(task, 30)


async def values(client: httpx.AsyncClient) -> dict[tuple[str, ...], float]:
    """The samples by name and labels."""
    shown = (await client.get("/metrics")).text
    return {
        (sample.name.removeprefix("centre_recognition_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(shown)
        for sample in family.samples
    }


async def test_metrics_need_the_token_or_this_machine(means: Means) -> None:
    async with door(means) as (client, _):
        refused = await client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.5"})
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
        assert (await client.get("/metrics")).status_code == 200
    guarded = means.settings.model_copy(update={"metrics_token": SecretStr("of-the-scraper")})
    async with door(means, guarded) as (client, _):
        assert (await client.get("/metrics")).status_code == 401
        given = await client.get("/metrics", headers={"Authorization": "Bearer of-the-scraper"})
        assert given.status_code == 200


async def test_nothing_else_is_there(means: Means) -> None:
    async with door(means) as (client, _):
        assert (await client.get("/v1/me")).status_code == 404
        assert (await client.post("/livez")).status_code == 405


async def test_a_worker_that_no_longer_asks_for_jobs_is_stuck(means: Means, monkeypatch: pytest.MonkeyPatch) -> None:
    async with door(means) as (client, _):
        assert (await client.get("/livez")).status_code == 200
        monkeypatch.setattr("app.jobs.door._ALIVE_SECONDS", 0.0)
        assert (await client.get("/livez")).status_code == 503


async def test_it_shows_what_the_worker_does(means: Means, world: World, query: Query) -> None:
    with running(Relay("451 Later")) as relay:
        relay.hangs.set()
        async with door(means, through(means.settings, relay, connections=3)) as (client, _):
            assert (await client.get("/readyz")).json() == {"status": "ready"}
            await owe(means, world, 8)
            await asyncio.to_thread(relay.has_message.wait, 10)
            await until_found(partial(_has, client, ("relay_connections",), 3))
            shown = await values(client)
            assert shown["jobs_running", "send_email"] == shown["jobs_running_limit", "send_email"] == 3
            assert shown["jobs", "send_email", "picked"] == 3
            relay.hangs.clear()
            await until_found(partial(_has, client, ("jobs_run_total", "send_email", "done"), 7))
            shown = await values(client)
            assert shown["jobs_run_total", "send_email", "retried"] == 1
            assert shown["relay_accepted_total",] == 7
            assert shown["queue_asked_seconds",] < 10
            assert shown["database_up",] == 1
            assert ("process_resident_memory_bytes",) in shown


async def _has(client: httpx.AsyncClient, sample: tuple[str, ...], value: float) -> bool:
    return (await values(client)).get(sample) == value


async def test_a_stopping_worker_is_not_ready_and_still_alive(means: Means, world: World) -> None:
    with running(Relay()) as relay:
        relay.hangs.set()
        async with door(means, through(means.settings, relay)) as (client, stop):
            await owe(means, world)
            await asyncio.to_thread(relay.has_message.wait, 10)
            stop.set()
            await asyncio.sleep(0.1)
            assert (await client.get("/readyz")).status_code == 503
            assert (await client.get("/livez")).status_code == 200
            relay.hangs.clear()


@pytest.mark.parametrize("silent", [False, True])
async def test_it_answers_soon_while_the_database_is_away(means: Means, database_url: str, silent: bool) -> None:
    async with wire_to(database_url) as (wire, url):
        database = Database(url, pool_size=2, pool_timeout=5, command_timeout=2)
        async with door(means, database=database) as (client, _):
            assert (await client.get("/readyz")).status_code == 200
            await asyncio.sleep(1.1)
            wire.cut, wire.refuses = silent, not silent
            if not silent:
                wire.reset()
            begun = time.monotonic()
            ready, alive, metrics = await asyncio.gather(
                *(client.get(path) for path in ("/readyz", "/livez", "/metrics"))
            )
            # Two, and what this machine may be slow.
            assert time.monotonic() - begun < 4
            assert ready.status_code == 503
            assert [reason["code"] for reason in ready.json()["reasons"]] == ["database_unreachable"]
            assert alive.status_code == 200
            assert "centre_recognition_database_up 0.0" in metrics.text
            wire.cut = wire.refuses = False
            wire.reset()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(database.close(), 5)
