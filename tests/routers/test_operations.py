"""Liveness and readiness probes, and metrics that strangers cannot read."""

import asyncio
import shutil
import threading

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text

from app.clock import Clock
from app.database import Database
from app.http.exchange import deployment_of
from app.integrations.storage import StorageUnavailable
from app.main import attach, create_app
from app.settings import Settings
from app.version import version
from tests.world import World


def _from(app: FastAPI, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, client=(address, 1), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")


def _reasons(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["code"] == "not_serving"
    return [reason["code"] for reason in answer.json()["reasons"]]


@pytest.mark.own_database
async def test_not_ready_before_this_releases_migration(client: httpx.AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert _reasons(await client.get("/readyz")) == ["migrations_pending"]
    async with database.transaction() as session:
        await session.execute(text("DROP TABLE alembic_version"))
    assert _reasons(await client.get("/readyz")) == ["migrations_pending"]


async def test_not_ready_without_a_store_to_write_to(
    client: httpx.AsyncClient, app: FastAPI, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(settings.data_dir / "documents")
    (settings.data_dir / "documents").write_text("a file in the folder's place")
    assert _reasons(await client.get("/readyz")) == ["store_not_writable"]

    async def unavailable() -> None:
        raise StorageUnavailable("gone")

    monkeypatch.setattr(deployment_of(app).store, "check", unavailable)
    assert _reasons(await client.get("/readyz")) == ["store_not_writable"]


async def test_ninety_probes_at_once_ask_the_database_and_the_store_once(
    client: httpx.AsyncClient, app: FastAPI, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, asked = deployment_of(app).store, []
    seen: list[str] = []
    check = store.check

    async def counted() -> None:
        asked.append(1)
        await check()

    monkeypatch.setattr(store, "check", counted)
    stop = database.count_statements(seen)
    answers = await asyncio.gather(*(client.get("/readyz") for _ in range(90)))
    stop()
    assert {answer.status_code for answer in answers} == {200}
    assert len(seen) == len(set(seen)) > 0
    assert asked == [1]


async def test_a_probe_that_gives_up_leaves_the_answer_to_the_others(
    client: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await may_end.wait()

    monkeypatch.setattr(deployment_of(app).store, "check", slow)
    first, second = (asyncio.create_task(client.get("/readyz")) for _ in range(2))
    await begun.wait()
    first.cancel()
    await asyncio.sleep(0)
    may_end.set()
    assert (await second).status_code == 200


async def test_a_process_that_ends_says_so(client: httpx.AsyncClient, app: FastAPI) -> None:
    """At once, although the last answer was good and is still fresh."""
    assert (await client.get("/readyz")).status_code == 200
    deployment_of(app).readiness.end()
    answer = await client.get("/readyz")
    assert _reasons(answer) == ["stopping"]
    assert "about to end" in answer.json()["detail"]
    assert (await client.get("/livez")).status_code == 200


async def test_a_store_that_hangs_holds_up_no_probe(
    client: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that waits for a disk cannot be cancelled. Probes answer meanwhile, and start no second one."""
    goes_on, begun = threading.Event(), []

    async def hangs() -> None:
        begun.append(1)
        await asyncio.to_thread(goes_on.wait, 20)

    monkeypatch.setattr(deployment_of(app).store, "check", hangs)
    try:
        async with asyncio.timeout(10):
            answers = await asyncio.gather(*(client.get("/readyz") for _ in range(5)))
            answers.append(await client.get("/readyz"))
        assert [_reasons(answer) for answer in answers] == [["store_silent"]] * 6
        assert len(begun) == 1
    finally:
        goes_on.set()
    await asyncio.sleep(0.1)
    assert (await client.get("/readyz")).status_code == 200


async def test_a_probe_takes_no_connection_while_requests_are_answered(
    settings: Settings, clock: Clock, app: FastAPI
) -> None:
    """Only once the database was found migrated."""
    database = Database(settings.database_url.get_secret_value(), pool_size=1, pool_timeout=0.1)  # type: ignore[union-attr]
    attach(app, settings, database, clock)
    async with _from(app, "127.0.0.1") as client:
        async with database.transaction():
            assert _reasons(await client.get("/readyz")) == ["database_unreachable"]
        parts = deployment_of(app).readiness.parts
        for part in parts:
            part.forget()
        assert (await client.get("/readyz")).status_code == 200
        for part in parts:
            part.forget()
        async with database.transaction():
            database.leases.answered_at = float("inf")
            assert (await client.get("/readyz")).status_code == 200
    await database.close()


async def test_without_a_database_it_is_live_not_ready_and_serves_metrics(settings: Settings, clock: Clock) -> None:
    nowhere = settings.model_copy(update={"database_url": SecretStr("postgresql://nobody@127.0.0.1:9/nothing")})
    app = create_app(nowhere, clock=clock)
    async with _from(app, "127.0.0.1") as client:
        assert (await client.get("/livez")).status_code == 200
        assert _reasons(await client.get("/readyz")) == ["database_unreachable"]
        metrics = await client.get("/metrics")
        assert metrics.status_code == 200
        assert "\ncentre_recognition_database_up 0.0\n" in metrics.text
    await deployment_of(app).database.close()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
async def test_strangers_cannot_read_metrics(app: FastAPI, header: str) -> None:
    async with _from(app, "198.51.100.7") as stranger:
        assert (await stranger.get("/metrics")).status_code == 404
    # A proxy on the same machine forwards strangers.
    async with _from(app, "127.0.0.1") as proxy:
        assert (await proxy.get("/metrics", headers={header: "198.51.100.7"})).status_code == 404


async def test_a_configured_token_is_the_only_way_to_metrics(settings: Settings, app: FastAPI, clock: Clock) -> None:
    guarded = create_app(
        settings.model_copy(update={"metrics_token": SecretStr("for the scraper")}),
        database=deployment_of(app).database,
        clock=clock,
    )
    async with _from(guarded, "127.0.0.1") as near, _from(guarded, "198.51.100.7") as far:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "for the scraper"}):
            answer = await near.get("/metrics", headers=headers)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        right = {"Authorization": "Bearer for the scraper"}
        assert (await far.get("/metrics", headers=right)).status_code == 200


async def test_a_complete_deployment_is_ready(client: httpx.AsyncClient) -> None:
    for path, status in (("/livez", "alive"), ("/readyz", "ready")):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": status})
        assert answer.headers["cache-control"] == "no-store"


async def test_the_liveness_probe_does_not_query_the_database(client: httpx.AsyncClient, database: Database) -> None:
    seen: list[str] = []
    stop = database.count_statements(seen)
    await client.get("/livez")
    # The driver tells of a statement a little later.
    await asyncio.sleep(0.01)
    assert seen == []
    await client.get("/v1/process")
    await asyncio.sleep(0.01)
    stop()
    assert seen, "a request that counts its caller is seen"


async def test_requests_and_the_backlog_are_counted(client: httpx.AsyncClient, world: World) -> None:
    await world.received()
    assert (await client.get("/v1/staff")).status_code == 401
    assert (await client.get("/nowhere")).status_code == 404
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    for line in (
        'http_requests_total{method="POST",operation="createInitialApplication",status="201"} 1.0',
        'http_requests_total{method="GET",operation="listStaff",status="401"} 1.0',
        'http_requests_total{method="any",operation="none",status="404"} 1.0',
        'http_request_duration_seconds_count{method="GET",operation="listStaff"} 1.0',
        "database_up 1.0",
        'emails{status="queued"} 1.0',
        'jobs{kind="send_email",status="queued"} 1.0',
        "events_unpublished 1.0",
        'database_connections{state="held"} 0.0',
        "database_waiting 0.0",
        'places_running{kind="passwords"} 0.0',
    ):
        assert f"centre_recognition_{line}" in lines, line
    oldest = next(line for line in lines if line.startswith('centre_recognition_job_oldest_seconds{kind="send_email"}'))
    assert float(oldest.split()[1]) > 0
    (build,) = (line for line in lines if line.startswith("centre_recognition_build_info{"))
    assert f'version="{version()}"' in build
    assert 'migration="0' in build


async def test_a_request_cut_off_by_its_deadline_is_counted(
    settings: Settings, clock: Clock, database: Database
) -> None:
    hasty = create_app(settings.model_copy(update={"request_deadline_seconds": 0.001}), database=database, clock=clock)
    async with _from(hasty, "127.0.0.1") as client:
        assert (await client.get("/v1/recognised-centres")).status_code == 503
        metrics = deployment_of(hasty).metrics.show([]).decode()
    assert (
        'centre_recognition_http_request_deadlines_exceeded_total{operation="listRecognisedCentres"} 1.0\n' in metrics
    )
