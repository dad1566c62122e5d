"""Webhooks arrive at least once and in the order of their object, whatever the receivers do."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from app.domain.actors import Scope
from app.domain.events import EventType
from app.domain.webhooks import RETRIES
from app.jobs.webhooks import Courier
from app.queries.operations import read_waiting
from app.settings import Settings
from tests.receiver import Call, receiving, reply
from tests.webhook_stage import ADDRESS, OWNER, WebhookStage, aggregates, webhook_stage, with_loopback
from tests.world import World


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_loopback(settings)


@pytest.fixture
async def stage(world: World) -> WebhookStage:
    return await webhook_stage(world)


async def test_an_event_is_posted_as_the_feed_has_it_and_signed(stage: WebhookStage) -> None:
    async with receiving(lambda _: reply(200, b"thanks")) as receiver:
        made = await stage.endpoint(receiver)
        (id_,) = await stage.happen(*aggregates(1))
        await stage.deliver()
    (call,) = receiver.calls
    feed = await stage.world.client.get(
        "/v1/events", headers=(await stage.world.integration(Scope.EVENTS_READ)).headers
    )
    assert call.event == next(event for event in feed.json()["items"] if event["id"] == id_)
    assert call.headers["webhook-id"] == id_
    assert call.headers["content-type"] == "application/json"
    assert Webhook(made["secret"]).verify(call.body, call.headers) == call.event
    (logged,) = await stage.log(made)
    assert (logged["status"], logged["attempts"], logged["last_status"]) == ("delivered", 1, 200)
    detail = await stage.delivery(logged)
    assert detail["body"] == call.event
    assert [(one["status"], one["answer"], one["url"]) for one in detail["tried"]] == [(200, "thanks", receiver.url)]
    assert str(detail["tried"][0]["webhook_timestamp"]) == call.headers["webhook-timestamp"]


async def test_only_the_wanted_types_after_the_registration_arrive(stage: WebhookStage) -> None:
    async with receiving() as receiver, receiving() as late:
        await stage.happen(*aggregates(2))
        made = await stage.endpoint(receiver, "invoice.paid")
        one, two = aggregates(2)
        (paid,) = await stage.happen(one)
        await stage.happen(two, type_=EventType.INVOICE_ISSUED)
        await stage.deliver()
        assert receiver.ids == [paid]
        await stage.endpoint(late, "invoice.paid", after_position=0)
        await stage.deliver()
        assert len(late.calls) == 3
        assert (await stage.shown(made))["position"] == 4


async def test_attempts_follow_the_schedule_with_the_same_id_and_a_fresh_timestamp(stage: WebhookStage) -> None:
    now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    async with receiving(lambda _: reply(500, b"broken")) as receiver, stage.courier(real=lambda: now) as courier:
        made = await stage.endpoint(receiver)
        await stage.happen(*aggregates(1))
        await courier.deliver_due()
        for number, pause in enumerate(RETRIES, start=1):
            (logged,) = await stage.log(made)
            assert (logged["status"], logged["attempts"]) == ("pending", number)
            due = datetime.fromisoformat(logged["next_attempt_at"]) - stage.world.clock()
            assert pause * 0.9 <= due <= pause * 1.1
            await stage.wait(due - timedelta(milliseconds=1))
            await courier.deliver_due()
            assert len(receiver.calls) == number
            stage.world.clock.move(timedelta(milliseconds=1))
            now += due
            await courier.deliver_due()
            assert len(receiver.calls) == number + 1
    assert len(set(receiver.ids)) == 1
    assert len({call.headers["webhook-timestamp"] for call in receiver.calls}) == len(receiver.calls)
    assert timedelta(hours=71) < sum(RETRIES, timedelta()) < timedelta(hours=72)


async def test_an_exhausted_schedule_disables_the_endpoint_with_one_letter_and_nothing_is_lost(
    stage: WebhookStage,
) -> None:
    one, two = aggregates(2)
    async with receiving(lambda _: reply(500)) as receiver:
        made = await stage.endpoint(receiver)
        ids = await stage.happen(one, one, two)
        await stage.deliver()
        for pause in RETRIES:
            await stage.pass_and_deliver(pause * 1.2)
        shown = await stage.shown(made)
        assert (shown["enabled"], shown["disabled_reason"]) == (False, "exhausted")
        await stage.world.run_jobs()
        (letter,) = stage.world.mail(to=OWNER)
        assert "127.0.0.1" in letter.subject
        # While it is disabled nothing is sent, and what happens meanwhile waits.
        sent = len(receiver.calls)
        ids += await stage.happen(two, one)
        await stage.pass_and_deliver(timedelta(days=3))
        assert len(receiver.calls) == sent
        receiver.answer = lambda _: reply(200)
        receiver.calls.clear()
        await stage.change(made, enabled=True)
        await stage.deliver()
        assert sorted(receiver.ids) == sorted(ids)
        order = [
            call.event["aggregate"]["sequence"] for call in receiver.calls if call.event["aggregate"]["id"] == str(one)
        ]
        assert order == [1, 2, 3]
        await stage.world.run_jobs()
        assert len(stage.world.mail(to=OWNER)) == 1
    shown = await stage.shown(made)
    assert (shown["enabled"], shown["disabled_reason"], shown["failing_since"]) == (True, None, None)


async def test_gone_disables_at_once(stage: WebhookStage) -> None:
    async with receiving(lambda _: reply(410)) as receiver:
        made = await stage.endpoint(receiver)
        await stage.happen(*aggregates(1))
        await stage.deliver()
        shown = await stage.shown(made)
        assert (shown["enabled"], shown["disabled_reason"]) == (False, "gone")
        await stage.world.run_jobs()
        (letter,) = stage.world.mail(to=OWNER)
        assert "410" in letter.text


@pytest.mark.parametrize(
    ("asked", "least"),
    [
        ("3600", timedelta(hours=1)),
        ("Mon, 01 Jun 2026 11:00:00 GMT", timedelta(hours=2)),
        ("9999999999", timedelta(hours=24)),
        ("1", timedelta(seconds=4)),
        ("soon", timedelta(seconds=4)),
        ("Mon, 01 Jun 2020 11:00:00 GMT", timedelta(seconds=4)),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", timedelta(seconds=4)),
        ("Mon, 01 Jun 2026 11:00:00 +99999999999999999999", timedelta(seconds=4)),
        ("Fri, 31 Dec 9999 23:59:59 -2359", timedelta(hours=24)),
    ],
)
async def test_retry_after_is_a_minimum_up_to_a_day(stage: WebhookStage, asked: str, least: timedelta) -> None:
    async with receiving(lambda _: reply(503, retry_after=asked)) as receiver:
        made = await stage.endpoint(receiver)
        await stage.happen(*aggregates(1))
        await stage.deliver()
    (logged,) = await stage.log(made)
    due = datetime.fromisoformat(logged["next_attempt_at"]) - stage.world.clock()
    assert least <= due <= least + timedelta(seconds=2)


async def test_a_stuck_object_holds_up_itself_and_nothing_else(stage: WebhookStage) -> None:
    stuck, free = aggregates(2)

    def answer(call: Call) -> bytes:
        return reply(500 if call.event["aggregate"]["id"] == str(stuck) else 200)

    async with receiving(answer) as receiver, receiving() as other:
        made = await stage.endpoint(receiver)
        await stage.endpoint(other)
        ids = await stage.happen(stuck, free, stuck, free, free, stuck)
        await stage.deliver()
        assert [id_ for id_ in receiver.ids if id_ != ids[0]] == [ids[1], ids[3], ids[4]]
        assert receiver.ids.count(ids[0]) == 1
        assert sorted(other.ids) == sorted(ids)
        waiting = await stage.log(made, status="pending")
        assert [one["event_id"] for one in waiting] == [ids[0], ids[2], ids[5]]
        assert [one["next_attempt_at"] is not None for one in waiting] == [True, False, False]
        # More of it goes behind the rest.
        ids += await stage.happen(stuck)
        await stage.deliver()
        receiver.answer = lambda _: reply(200)
        await stage.pass_and_deliver(timedelta(seconds=6))
        assert [id_ for id_ in receiver.ids if id_ in (ids[2], ids[5], ids[6])] == [ids[2], ids[5], ids[6]]
        assert await stage.log(made, status="pending") == []


async def test_a_receiver_that_lies_sees_every_event_again_and_in_order_when_asked(stage: WebhookStage) -> None:
    """It says 200 and then 500: what it took counts as taken, the rest is tried again, and all can be sent anew."""
    (one,) = aggregates(1)
    async with receiving() as receiver:
        made = await stage.endpoint(receiver)
        receiver.answer = lambda _: reply(200 if len(receiver.calls) % 2 else 500)
        ids = await stage.happen(*[one] * 6)
        await stage.deliver()
        for _ in range(10):
            await stage.pass_and_deliver(timedelta(minutes=6))
        accepted = list(dict.fromkeys(receiver.ids))
        assert accepted == ids
        assert {entry["status"] for entry in await stage.log(made)} == {"delivered"}
        receiver.answer = lambda _: reply(200)
        receiver.calls.clear()
        for entry in await stage.log(made):
            again = await stage.world.post(
                f"{ADDRESS}/{made['id']}/deliveries/{entry['id']}/redelivery", None, stage.administrator
            )
            assert (again["kind"], again["event_id"]) == ("redelivery", entry["event_id"])
        await stage.deliver()
        assert sorted(receiver.ids) == sorted(ids)


async def test_during_a_rotation_either_secret_verifies(stage: WebhookStage) -> None:
    async with receiving() as receiver:
        made = await stage.endpoint(receiver)
        path = f"{ADDRESS}/{made['id']}"
        rotated = await stage.world.post(f"{path}/secret", {}, stage.administrator, match=path)
        await stage.happen(*aggregates(1))
        await stage.deliver()
        stage.world.clock.move(timedelta(hours=25))
        await stage.happen(*aggregates(1))
        await stage.deliver()
    both, new = receiver.calls
    Webhook(made["secret"]).verify(both.body, both.headers)
    Webhook(rotated["secret"]).verify(both.body, both.headers)
    Webhook(rotated["secret"]).verify(new.body, new.headers)
    assert " " not in new.headers["webhook-signature"]


async def test_the_answer_in_the_log_ends_after_four_kilobytes(stage: WebhookStage) -> None:
    async with receiving(lambda _: reply(500, b"x" * 100_000)) as receiver:
        made = await stage.endpoint(receiver)
        await stage.happen(*aggregates(1))
        await stage.deliver()
    (logged,) = await stage.log(made)
    (tried,) = (await stage.delivery(logged))["tried"]
    assert tried["answer"] == "x" * 4096
    assert tried["error"] == "the receiver answered 500"


async def test_a_test_event_is_tried_once_and_is_none_of_the_feed(stage: WebhookStage) -> None:
    async with receiving(lambda _: reply(500)) as receiver:
        made = await stage.endpoint(receiver)
        sent = await stage.world.post(f"{ADDRESS}/{made['id']}/test-events", None, stage.administrator)
        await stage.deliver()
        await stage.pass_and_deliver(timedelta(days=4))
        (call,) = receiver.calls
        assert (call.event["type"], call.event["data"]) == ("webhook_endpoint.tested", {"endpoint_id": made["id"]})
        assert call.id == sent["event_id"]
        Webhook(made["secret"]).verify(call.body, call.headers)
        (logged,) = await stage.log(made)
        assert (logged["status"], logged["kind"]) == ("failed", "test")
        assert (await stage.shown(made))["enabled"] is True
        assert (await stage.delivery(logged))["body"] == json.loads(call.body)


async def test_what_failed_is_tried_at_once_when_asked(stage: WebhookStage) -> None:
    one, two = aggregates(2)
    async with receiving(lambda _: reply(500)) as receiver:
        made = await stage.endpoint(receiver)
        path = f"{ADDRESS}/{made['id']}/redeliveries"
        ids = await stage.happen(one, two, one)
        await stage.deliver()
        await stage.pass_and_deliver(timedelta(seconds=6))
        since = stage.world.clock().isoformat()
        later = aggregates(1)
        stage.world.clock.move(timedelta(seconds=1))
        ids += await stage.happen(*later)
        await stage.deliver()
        receiver.answer = lambda _: reply(200)
        receiver.calls.clear()
        assert await stage.world.post(path, {"since": since}, stage.administrator) == {"redelivered": 1}
        await stage.deliver()
        assert receiver.ids == [ids[3]]
        everything: dict[str, Any] = {"since": "2026-01-01T00:00:00Z"}
        assert await stage.world.post(path, everything, stage.administrator) == {"redelivered": 2}
        await stage.deliver()
        assert sorted(receiver.ids) == sorted(ids)
        assert receiver.ids.index(ids[0]) < receiver.ids.index(ids[2])


async def test_operators_see_what_waits_and_what_fails(stage: WebhookStage) -> None:
    async with receiving() as fine, receiving(lambda _: reply(500)) as failing, receiving(lambda _: reply(410)) as gone:
        for receiver in (fine, failing, gone):
            await stage.endpoint(receiver)
        await stage.happen(*aggregates(1))
        before = {reading.labels: reading.value for reading in Courier(stage.means).readings()}
        await stage.deliver()
        after = {reading.labels: reading.value for reading in Courier(stage.means).readings()}
    assert after["delivered",] - before["delivered",] == 1
    assert after["refused",] - before["refused",] == 2
    async with stage.world.database.transaction() as session:
        read = {(one.metric, *one.labels): one.value for one in await read_waiting(session)}
    states = {key[1]: value for key, value in read.items() if key[0] == "webhook_endpoints"}
    assert states == {"healthy": 1, "failing": 1, "gone": 1}
    assert ("webhook_oldest_seconds",) in read
