"""Receivers that ask for a pause, and receivers that come back: nobody is flooded, and nobody waits for hours."""

from datetime import datetime, timedelta

import pytest

from app.domain.webhooks import RETRIES
from app.services.webhooks.delivering import AT_ONCE
from app.settings import Settings
from tests.receiver import Call, receiving, reply
from tests.webhook_stage import ADDRESS, WebhookStage, aggregates, webhook_stage, with_loopback
from tests.world import World


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_loopback(settings)


@pytest.fixture
async def stage(world: World) -> WebhookStage:
    return await webhook_stage(world)


@pytest.mark.parametrize(("status", "held"), [(429, True), (503, True), (500, False)])
async def test_a_busy_receiver_is_left_alone_as_long_as_it_asks(stage: WebhookStage, status: int, held: bool) -> None:
    """429 and 503 speak for the receiver, so everything waits; another answer speaks for its event."""
    async with receiving(lambda _: reply(status, retry_after="3600")) as receiver:
        made = await stage.endpoint(receiver)
        ids = await stage.happen(*aggregates(1))
        await stage.deliver()
        assert ((await stage.shown(made))["held_until"] is not None) == held
        receiver.answer = lambda _: reply(200)
        ids += await stage.happen(*aggregates(3))
        await stage.pass_and_deliver(timedelta(minutes=59))
        assert len(receiver.calls) == (1 if held else 4)
        await stage.pass_and_deliver(timedelta(minutes=1))
        assert sorted(receiver.ids) == sorted([ids[0], *ids])
        assert (await stage.shown(made))["held_until"] is None


async def test_another_receiver_asked_for_no_pause(stage: WebhookStage) -> None:
    async with receiving(lambda _: reply(503, retry_after="3600")) as busy, receiving() as free:
        made = await stage.endpoint(busy)
        ids = await stage.happen(*aggregates(2))
        await stage.deliver()
        await stage.change(made, url=free.url)
        assert (await stage.shown(made))["held_until"] is None
        await stage.deliver()
        assert sorted(free.ids) == sorted(ids)


async def test_a_pause_that_is_asked_for_ends_after_a_day_and_when_a_person_asks(stage: WebhookStage) -> None:
    async with receiving(lambda _: reply(429, retry_after="999999999")) as receiver:
        made = await stage.endpoint(receiver)
        path = f"{ADDRESS}/{made['id']}"
        await stage.happen(*aggregates(2))
        await stage.deliver()
        number = len(receiver.calls)
        held = datetime.fromisoformat((await stage.shown(made))["held_until"])
        assert held == stage.world.clock() + timedelta(hours=24)
        for asked, body in (("test-events", None), ("redeliveries", {"since": "2026-01-01T00:00:00Z"})):
            await stage.world.post(f"{path}/{asked}", body, stage.administrator)
            await stage.deliver()
            assert len(receiver.calls) > number, "a person ended the pause"
            number = len(receiver.calls)
        await stage.pass_and_deliver(timedelta(hours=23))
        assert len(receiver.calls) == number
        await stage.pass_and_deliver(timedelta(hours=1))
        assert len(receiver.calls) > number


async def test_a_receiver_that_only_ever_asks_for_a_pause_is_disabled_after_three_days(stage: WebhookStage) -> None:
    """However many objects wait, each with most of its schedule before it."""
    async with receiving(lambda _: reply(429, retry_after="43200")) as receiver:
        made = await stage.endpoint(receiver)
        await stage.happen(*aggregates(30))
        await stage.deliver()
        assert len(receiver.calls) == AT_ONCE
        for _ in range(5):
            await stage.pass_and_deliver(timedelta(hours=12))
        assert (await stage.shown(made))["enabled"] is True
        await stage.pass_and_deliver(timedelta(hours=12))
        shown = await stage.shown(made)
        assert (shown["enabled"], shown["disabled_reason"]) == (False, "exhausted")
        receiver.answer = lambda _: reply(200)
        receiver.calls.clear()
        await stage.change(made, enabled=True)
        await stage.deliver()
        assert len(set(receiver.ids)) == 30


async def test_after_an_outage_what_waits_for_hours_comes_within_a_minute(stage: WebhookStage) -> None:
    """The first event that arrives shows that the receiver is back."""
    async with receiving(lambda _: reply(500)) as receiver:
        made = await stage.endpoint(receiver)
        some = aggregates(40)
        ids = await stage.happen(*some, *some)
        await stage.deliver()
        for pause in RETRIES[:5]:
            await stage.pass_and_deliver(pause * 1.2)
        receiver.answer = lambda _: reply(200)
        receiver.calls.clear()
        ids += await stage.happen(*aggregates(1))
        await stage.deliver()
        assert len(receiver.calls) < len(ids), "not all at once"
        await stage.pass_and_deliver(timedelta(minutes=1))
        assert sorted(receiver.ids) == sorted(ids)
        firsts = receiver.ids
        assert all(firsts.index(ids[n]) < firsts.index(ids[n + 40]) for n in range(40))
        assert {entry["status"] for entry in await stage.log(made)} == {"delivered"}


async def test_an_object_that_fails_by_itself_keeps_its_schedule_while_others_arrive(stage: WebhookStage) -> None:
    """Attempts after a supposed outage come on top: they neither use the schedule up nor prolong it."""
    stuck, *free = aggregates(60)

    def answer(call: Call) -> bytes:
        return reply(500 if call.event["aggregate"]["id"] == str(stuck) else 200)

    async with receiving(answer) as receiver:
        made = await stage.endpoint(receiver)
        (first,) = await stage.happen(stuck)
        await stage.deliver()
        began, hours = stage.world.clock(), 0.0
        while (await stage.shown(made))["enabled"]:
            await stage.happen(free.pop())
            await stage.deliver()
            await stage.pass_and_deliver(timedelta(minutes=1))
            await stage.wait(timedelta(hours=2))
            await stage.deliver()
            hours = (stage.world.clock() - began) / timedelta(hours=1)
            assert hours < 90
    assert hours > 60
    assert receiver.ids.count(first) > len(RETRIES) + 10
