"""Whatever receivers do and whenever workers die, no event is lost, and each object's events are taken in order."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from app.queries.webhooks import lock_webhook_endpoint
from app.services.webhooks.outcomes import Attempted
from app.services.webhooks.resuming import resume
from app.settings import Settings
from tests.receiver import Call, receiving, reply
from tests.webhook_stage import WebhookStage, aggregates, webhook_stage, with_loopback
from tests.world import World

SEEDS = 12
_ROUNDS = 6
_MOODS = ("fine", "fine", "fail", "redirect", "busy", "close", "slow", "lie", "cut")
_MINUTES = (0, 0, 1, 6, 40, 400)
_LOG = "SELECT count(*) FILTER (WHERE status = 'delivered'), count(*) FROM webhook_deliveries WHERE endpoint_id = $1"


@dataclass(frozen=True)
class Played:
    """What happened, and what the receiver took of it."""

    ids: Sequence[str]
    taken: Sequence[Call]

    @property
    def lost(self) -> set[str]:
        return set(self.ids) - {call.id for call in self.taken}

    @property
    def in_order(self) -> bool:
        firsts: dict[str, list[int]] = defaultdict(list)
        for call in {call.id: call for call in reversed(self.taken)}.values():
            firsts[call.event["aggregate"]["id"]].insert(0, call.event["aggregate"]["sequence"])
        return all(sequence == sorted(sequence) for sequence in firsts.values())


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_loopback(settings)


@pytest.fixture
async def stage(world: World) -> WebhookStage:
    return await webhook_stage(world)


async def _pass(stage: WebhookStage, endpoint_id: UUID, by: timedelta) -> None:
    """Let time pass, have another worker take over, and have somebody enable the endpoint if it is disabled."""
    stage.world.clock.move(by)
    async with stage.means.work() as work:
        await work.session.driver.execute("UPDATE webhook_endpoints SET leased_until = now() - interval '1 second'")
        row = await lock_webhook_endpoint(work.session, endpoint_id)
        if not row.enabled:
            row.disabled_at = row.disabled_reason = None
            await resume(work, row)


async def _play(stage: WebhookStage, seed: int) -> Played:
    chance, taken, ids = random.Random(seed), list[Call](), list[str]()
    moods: tuple[str, ...] = _MOODS
    some = aggregates(3)

    async def answer(call: Call) -> bytes | None:
        mood = chance.choice(moods)
        if mood in ("fine", "slow", "lie", "cut"):
            taken.append(call)
        if mood == "slow":
            await asyncio.sleep(0.02)
        if mood == "cut":
            call.writer.write(b"HTTP/1.1 2")
        answers = {"fail": reply(500), "redirect": reply(302, location="/"), "busy": reply(429, retry_after="900")}
        answers |= {"fine": reply(204), "slow": reply(204), "lie": reply(500)}
        return answers.get(mood)

    # Signs in anew.
    await stage.wait(timedelta(0))
    async with receiving(answer) as receiver:
        endpoint_id = UUID((await stage.endpoint(receiver))["id"])
        for _ in range(_ROUNDS):
            ids += await stage.happen(*chance.choices(some, k=4))
            async with stage.courier() as courier:
                task = asyncio.create_task(courier.deliver_due())
                if chance.random() < 0.4:
                    await asyncio.sleep(chance.random() * 0.05)
                    task.cancel()
                else:
                    await task
            await _pass(stage, endpoint_id, timedelta(minutes=chance.choice(_MINUTES)))
        moods = ("fine",)
        for _ in range(6):
            await _pass(stage, endpoint_id, timedelta(hours=24))
            await stage.deliver()
    async with stage.means.work() as work:
        arrived, queued = await work.session.driver.fetchrow(_LOG, endpoint_id)
        await work.session.driver.execute("UPDATE webhook_endpoints SET deleted_at = now()")
    assert arrived == queued == len(ids)
    return Played(ids, taken)


async def test_whatever_receivers_do_every_event_is_taken_and_in_order(stage: WebhookStage) -> None:
    for seed in range(SEEDS):
        played = await _play(stage, seed)
        assert not played.lost, seed
        assert played.in_order, seed


async def test_events_that_do_not_wait_for_each_other_are_found_out_of_order(
    stage: WebhookStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The positive control: what the test above tries can fail."""

    async def none(*_: object) -> frozenset[UUID]:
        return frozenset()

    monkeypatch.setattr("app.queries.webhook_work.busy_lanes", none)
    assert not all([(await _play(stage, seed)).in_order for seed in range(4)])


async def test_events_that_count_as_taken_by_any_answer_are_found_lost(
    stage: WebhookStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The positive control for losses."""
    monkeypatch.setattr(Attempted, "arrived", property(lambda self: self.status is not None))
    assert any([(await _play(stage, seed)).lost for seed in range(4)])
