"""The worker on a real queue: latency, shutdown, and loss of the database."""

import asyncio
import time
from typing import Any

import pytest
import structlog

from app import outbox
from app.integrations.mailer import read_captured
from app.jobs.means import Means
from tests.jobs.conftest import Query
from tests.jobs.working import owe, until, working
from tests.world import World


def mails(means: Means) -> int:
    return len(read_captured(means.settings.data_dir / "mail"))


async def test_a_committed_job_runs_at_once_and_is_deleted(means: Means, world: World, query: Query) -> None:
    async with working(means):
        await owe(means, world)
        await until(lambda: mails(means) == 1)
        started = time.monotonic()
        await owe(means, world)
        await until(lambda: mails(means) == 2)
        assert time.monotonic() - started < 3
    assert await query("SELECT id FROM pgqueuer") == []


async def test_the_worker_survives_the_loss_of_the_database(means: Means, world: World, query: Query) -> None:
    async with working(means):
        await owe(means, world)
        await until(lambda: mails(means) == 1)
        ended = await query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'centre-recognition worker' AND datname = current_database()"
        )
        assert ended == [(True,)]
        await owe(means, world)
        await until(lambda: mails(means) == 2, seconds=3)


async def test_a_stopping_worker_finishes_running_jobs(
    means: Means, world: World, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()
    finished: list[str] = []

    async def slow(_: Means, payload: str) -> None:
        begun.set()
        await asyncio.sleep(0.5)
        finished.append(payload)

    monkeypatch.setattr("app.jobs.outcomes.HANDLERS", {"slow": slow})
    monkeypatch.setattr("app.jobs.worker.HANDLERS", {"slow": slow})
    async with working(means) as stop:
        async with means.work() as work:
            await outbox.enqueue(work, "slow", "1")
        await asyncio.wait_for(begun.wait(), 5)
        stop.set()
    assert finished == ["1"]
    assert await query("SELECT id FROM pgqueuer") == []


async def test_the_id_of_the_request_reaches_the_log_of_its_job(means: Means, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []

    async def note(_: Means, payload: str) -> None:
        seen.append(structlog.contextvars.get_contextvars())

    monkeypatch.setattr("app.jobs.outcomes.HANDLERS", {"note": note})
    monkeypatch.setattr("app.jobs.worker.HANDLERS", {"note": note})
    async with working(means):
        with structlog.contextvars.bound_contextvars(request_id="the-request"):
            async with means.work() as work:
                await outbox.enqueue(work, "note")
        await until(lambda: bool(seen))
    assert seen[0]["request_id"] == "the-request"
    assert seen[0]["job"] == "note"
