"""A worker that is told to stop: it ends soon, and what it had is put back at once."""

import asyncio
import signal
from functools import partial

import pytest

from app.jobs.means import Means
from tests.jobs.conftest import Query
from tests.jobs.processes import environment, worker_process
from tests.jobs.relay import Relay, running
from tests.jobs.working import owe, until, until_found, working
from tests.jobs.working import through as through_relay
from tests.vanishing import wire_to
from tests.world import World

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd", "ignore:Session.login_data")


async def _all_sent(query: Query) -> bool:
    return await query("SELECT id FROM emails WHERE status <> 'sent'") == []


async def test_it_ends_although_the_relay_hangs_and_the_next_worker_sends(
    means: Means, world: World, query: Query
) -> None:
    await owe(means, world, 12)
    with running(Relay()) as relay:
        relay.hangs.set()
        async with worker_process(environment(means.settings, relay)) as worker:
            await worker.started()
            assert await asyncio.to_thread(relay.has_message.wait, 20), worker.log
            worker.send(signal.SIGTERM)
            assert await worker.ended(40) < 30, worker.log
        assert await query("SELECT DISTINCT status::text, queue_manager_id, attempts FROM pgqueuer") == [
            ("queued", None, 0)
        ]
        assert await query("SELECT id FROM emails WHERE sending_since IS NOT NULL") == []
        relay.hangs.clear()
        async with working(means, through_relay(means.settings, relay)):
            await until_found(partial(_all_sent, query), 60)


async def test_it_ends_although_relay_and_database_hang(means: Means, world: World, database_url: str) -> None:
    await owe(means, world, 3)
    with running(Relay()) as relay:
        relay.hangs.set()
        async with wire_to(database_url) as (wire, url):
            variables = environment(means.settings, relay, DATABASE_URL=url.replace("+asyncpg", ""))
            async with worker_process(variables) as worker:
                await worker.started()
                assert await asyncio.to_thread(relay.has_message.wait, 20), worker.log
                wire.cut = True
                worker.send(signal.SIGTERM)
                assert await worker.ended(50) < 30, worker.log


async def test_a_second_signal_ends_it_at_once(means: Means, world: World) -> None:
    await owe(means, world)
    with running(Relay()) as relay:
        relay.hangs.set()
        async with worker_process(environment(means.settings, relay)) as worker:
            await worker.started()
            assert await asyncio.to_thread(relay.has_message.wait, 20), worker.log
            worker.send(signal.SIGTERM)
            await asyncio.sleep(1)
            worker.send(signal.SIGTERM)
            assert await worker.ended(10) < 5, worker.log


async def test_log_rotation_does_not_end_it(means: Means, world: World, query: Query) -> None:
    with running(Relay()) as relay:
        async with worker_process(environment(means.settings, relay)) as worker:
            await worker.started()
            worker.send(signal.SIGHUP)
            await owe(means, world)
            await until_found(partial(_all_sent, query), 60)
            worker.send(signal.SIGTERM)
            await worker.ended(40)
            assert "worker_stopped" in worker.log


async def test_what_can_end_in_time_ends(
    means: Means, world: World, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letters that are with the relay are sent and noted; the others are left to the next worker."""
    monkeypatch.setattr("app.jobs.worker.GRACE_SECONDS", 8.0)
    await owe(means, world, 20)
    with running(Relay(pause=1)) as relay:
        async with working(means, through_relay(means.settings, relay, connections=4)) as stop:
            await until(lambda: relay.open == 4)
            stop.set()
    assert set(relay.copies.values()) == {1}
    sent = await query("SELECT id FROM emails WHERE status = 'sent'")
    assert 4 <= len(sent) == len(relay.accepted) < 20
    assert len(await query("SELECT id FROM pgqueuer WHERE status = 'queued'")) == 20 - len(sent)
