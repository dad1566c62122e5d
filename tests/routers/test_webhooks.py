"""Endpoints of webhooks: who may register them, which addresses they have, and that secrets are shown once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from app.domain import limits
from app.domain.actors import Scope, StaffRole
from app.jobs.schedule import RECURRING, run_recurring
from app.models import Event, IdempotentAnswer, IntegrationClient, SecurityEvent, WebhookDelivery, WebhookEndpoint
from app.security.sealing import Unreadable
from app.services.webhooks.secrets import opened, reseal_all
from app.settings import Settings
from tests.jobs.conftest import system_work
from tests.races import race
from tests.receiver import Receiver, receiving, reply
from tests.webhook_stage import ADDRESS, WebhookStage, aggregates, webhook_stage, with_loopback
from tests.world import World

NEW = {
    "description": "Ledger",
    "url": "https://93.184.215.14/hooks",
    "event_types": ["invoice.paid"],
    "owner_email": "owner@example.org",
}

BOTH = (Scope.WEBHOOKS_MANAGE, Scope.EVENTS_READ)


@pytest.fixture
async def stage(world: World) -> WebhookStage:
    return await webhook_stage(world)


async def _made(stage: WebhookStage, **more: Any) -> tuple[dict[str, Any], str]:
    made = await stage.world.post(ADDRESS, NEW | more, stage.administrator)
    return made, f"{ADDRESS}/{made['id']}"


async def _send_to(stage: WebhookStage, made: dict[str, Any], receiver: Receiver, query: str = "") -> None:
    """Let the endpoint's events go to this machine from now on."""
    stage.world.settings = with_loopback(stage.world.settings)
    async with stage.world.database.transaction() as session:
        (await session.get_one(WebhookEndpoint, UUID(made["id"]))).url = receiver.url + query


async def test_endpoints_are_for_administrators_and_systems_that_manage_them(world: World, stage: WebhookStage) -> None:
    _, path = await _made(stage)
    client = world.client
    assert (await client.get(ADDRESS)).status_code == 401
    finance, centre = await world.staff(StaffRole.FINANCE), await world.centre()
    reader, bare = await world.integration(Scope.EVENTS_READ), await world.integration(Scope.WEBHOOKS_MANAGE)
    manager = await world.integration(*BOTH)
    for login, alone in ((finance, 403), (centre.super_user, 404), (reader, 404), (bare, 404)):
        assert (await client.get(ADDRESS, headers=login.headers)).status_code == 403
        assert (await client.post(ADDRESS, json=NEW, headers=login.headers)).status_code == 403
        for method, below in (("GET", ""), ("DELETE", ""), ("POST", "/secret"), ("GET", "/deliveries")):
            answer = await client.request(method, path + below, headers=login.headers)
            assert answer.status_code == alone, (method, below)
    refused = (await client.post(ADDRESS, json=NEW, headers=bare.headers)).json()
    assert "the scopes webhooks:manage and events:read" in refused["detail"]
    assert (await client.post(ADDRESS, json=NEW, headers=manager.headers)).status_code == 201
    assert len((await client.get(ADDRESS, headers=manager.headers)).json()["items"]) == 2


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"event_types": []}, "/event_types"),
        ({"event_types": ["site.created"]}, "/event_types/0"),
        ({"event_types": ["nothing.known"]}, "/event_types/0"),
        ({"event_types": ["invoice.paid", "invoice.paid"]}, "/event_types"),
        ({"description": " "}, "/description"),
        ({"owner_email": "nobody"}, "/owner_email"),
        ({"after_position": -1}, "/after_position"),
        ({"secret": "mine"}, "/secret"),
        ({"url": "ftp://93.184.215.14/"}, "/url"),
        ({"url": "https://user:password@93.184.215.14/"}, "/url"),
        ({"url": "https://[fe80::1%25eth0]/"}, "/url"),
        ({"url": "https://168.63.129.16/"}, "/url"),
        ({"url": "https://93.184.215.14/#part"}, "/url"),
        ({"url": "https://münchen.example.org/"}, "/url"),
        ({"url": "https:///hooks"}, "/url"),
        ({"url": "https://93.184.215.14:0/"}, "/url"),
        ({"url": "https://93.184.215.14:99999/"}, "/url"),
        ({"url": "https://93.184.215.14\\@10.0.0.1/"}, "/url"),
    ],
)
async def test_invalid_fields_are_named(stage: WebhookStage, change: dict[str, Any], pointer: str) -> None:
    answer = await stage.world.client.post(ADDRESS, json=NEW | change, headers=stage.administrator.headers)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


INSIDE = [
    *("http://93.184.215.14/", "https://93.184.215.14:22/", "https://93.184.215.14:80/"),
    *("https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0/"),
    *("https://localhost/", "https://LOCALHOST:8443/", "https://10.0.0.7/", "https://192.168.1.1:8443/"),
    *(
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/",
    ),
    *("https://[fe80::1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/"),
]


@pytest.mark.parametrize("url", INSIDE)
async def test_an_address_inside_is_refused_at_registration_and_at_a_change(stage: WebhookStage, url: str) -> None:
    client, headers = stage.world.client, stage.administrator.headers
    answer = await client.post(ADDRESS, json=NEW | {"url": url}, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "address_not_public")
    _, path = await _made(stage)
    answer = await client.patch(path, json={"url": url}, headers=headers | {"If-Match": "*"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "address_not_public")


async def test_a_name_that_leads_inside_is_refused_and_one_without_an_address_is_not(
    stage: WebhookStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look_up(host: str, port: int) -> Sequence[str]:
        if host == "unknown.example.org":
            raise OSError
        return {"inside.example.org": ["93.184.215.14", "10.0.0.7"], "outside.example.org": ["93.184.215.14"]}[host]

    monkeypatch.setattr("app.services.webhooks.endpoints.resolve", look_up)
    for host, status in (("inside", 422), ("outside", 201), ("unknown", 201)):
        body = NEW | {"url": f"https://{host}.example.org:8443/hooks?x=1"}
        answer = await stage.world.client.post(ADDRESS, json=body, headers=stage.administrator.headers)
        assert answer.status_code == status, answer.text


async def test_a_change_needs_the_current_version(stage: WebhookStage) -> None:
    _, path = await _made(stage)
    for method, address, body in (
        ("PATCH", path, {"description": "Other"}),
        ("POST", f"{path}/secret", {}),
        ("DELETE", path, None),
    ):
        bare = await stage.world.client.request(method, address, json=body, headers=stage.administrator.headers)
        assert bare.status_code == 428
        stale = {**stage.administrator.headers, "If-Match": '"99"'}
        assert (await stage.world.client.request(method, address, json=body, headers=stale)).status_code == 412


async def test_the_secret_is_shown_once_and_stored_encrypted(stage: WebhookStage, settings: Settings) -> None:
    headers = {**stage.administrator.headers, "Idempotency-Key": "the-same"}
    first, second = [(await stage.world.client.post(ADDRESS, json=NEW, headers=headers)) for _ in range(2)]
    assert first.json()["id"] != second.json()["id"]
    assert first.headers["cache-control"] == "no-store"
    made, path = first.json(), f"{ADDRESS}/{first.json()['id']}"
    rotated = await stage.world.post(f"{path}/secret", {"overlap_hours": 1}, stage.administrator, match=path)
    assert rotated["secret"] != made["secret"]
    assert rotated["previous_secret_until"] is not None
    changed = await stage.change(made, description="Other")
    page = await stage.world.client.get(ADDRESS, headers=stage.administrator.headers)
    key = settings.secret_key.get_secret_value() if settings.secret_key else ""
    async with stage.world.database.transaction() as session:
        assert (await session.scalars(select(IdempotentAnswer))).all() == []
        row = await session.get_one(WebhookEndpoint, UUID(made["id"]))
        stored = row.sealed_secret + (row.sealed_previous_secret or b"")
        now = stage.world.clock()
        both = opened(row, [key], now)
        assert len(both) == 2
        assert all(secret not in stored for secret in both)
        assert opened(row, [key], now + timedelta(hours=2)) == both[:1]
        # A copied row is worth nothing to another endpoint.
        other = await session.get_one(WebhookEndpoint, UUID(second.json()["id"]))
        other.sealed_secret = row.sealed_secret
        with pytest.raises(Unreadable):
            opened(other, [key], now)
        await session.rollback()
        recorded = [event.audit for event in await session.scalars(select(Event))]
        security = [(event.kind, event.detail) for event in await session.scalars(select(SecurityEvent))]
    for secret in (made["secret"], rotated["secret"]):
        assert secret not in page.text + str(changed) + str(recorded) + str(security)
    assert {kind for kind, _ in security} >= {"webhook_created", "webhook_changed", "webhook_secret_rotated"}


async def test_secrets_follow_a_rotation_of_the_key(stage: WebhookStage, settings: Settings) -> None:
    made, _ = await _made(stage)
    old = settings.secret_key
    assert old is not None
    new = "another key for tests that is long enough"
    async with stage.world.database.transaction() as session:
        row = await session.get_one(WebhookEndpoint, UUID(made["id"]))
        before = opened(row, [new, old.get_secret_value()], stage.world.clock())
    async with system_work(stage.means) as work:
        work.settings = settings.model_copy(update={"secret_key_previous": old})
        assert await reseal_all(work, new) == (1, 0)
    async with stage.world.database.transaction() as session:
        row = await session.get_one(WebhookEndpoint, UUID(made["id"]))
        assert opened(row, [new], stage.world.clock()) == before
    async with system_work(stage.means) as work:
        assert await reseal_all(work, "a third key that nobody knows of here") == (1, 1)


async def test_an_endpoint_is_deleted_with_its_log(stage: WebhookStage) -> None:
    _, path = await _made(stage)
    await stage.world.post(f"{path}/test-events", None, stage.administrator)
    headers = stage.administrator.headers | {"If-Match": "*"}
    for _ in range(2):
        assert (await stage.world.client.delete(path, headers=headers)).status_code == 204
    assert (await stage.world.client.get(path, headers=headers)).status_code == 404
    assert (await stage.world.client.get(f"{path}/deliveries", headers=headers)).status_code == 404
    assert (await stage.world.get(ADDRESS, stage.administrator))["items"] == []
    await stage.deliver()
    (forget,) = (one for one in RECURRING if one.name == "forget")
    await run_recurring(stage.means, forget)
    async with stage.world.database.transaction() as session:
        assert (await session.scalars(select(WebhookEndpoint))).all() == []
        assert (await session.scalars(select(WebhookDelivery))).all() == []


async def test_the_log_keeps_what_has_not_arrived_without_its_old_attempts(stage: WebhookStage) -> None:
    async with receiving(lambda call: reply(200 if call.event["aggregate"]["sequence"] == 1 else 500)) as receiver:
        made, _ = await _made(stage)
        await _send_to(stage, made, receiver)
        (one,) = aggregates(1)
        ids = await stage.happen(one, one)
        await stage.deliver()
        for days, tried in ((29, 1), (2, 0)):
            await stage.wait(timedelta(days=days))
            (forget,) = (each for each in RECURRING if each.name == "forget")
            await run_recurring(stage.means, forget)
            (*_, last) = await stage.log(made)
            assert len((await stage.delivery(last))["tried"]) == tried
        (left,) = await stage.log(made)
        assert (left["event_id"], left["status"], left["attempts"]) == (ids[1], "pending", 1)
        receiver.answer = lambda _: reply(200)
        await stage.deliver()
        assert receiver.ids[-1] == ids[1]


async def test_a_disabled_endpoint_takes_no_test_and_no_redelivery(stage: WebhookStage) -> None:
    made, path = await _made(stage)
    sent = await stage.world.post(f"{path}/test-events", None, stage.administrator)
    disabled = await stage.change(made, enabled=False)
    assert (disabled["enabled"], disabled["disabled_reason"]) == (False, "by_request")
    for below, body in (
        ("/test-events", None),
        (f"/deliveries/{sent['id']}/redelivery", None),
        ("/redeliveries", {"since": "2026-01-01T00:00:00Z"}),
    ):
        answer = await stage.world.client.post(path + below, json=body, headers=stage.administrator.headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "webhook_endpoint_disabled")
    for enabled, expected in (("true", 0), ("false", 1)):
        page = await stage.world.client.get(f"{ADDRESS}?enabled={enabled}", headers=stage.administrator.headers)
        assert len(page.json()["items"]) == expected
    assert (await stage.change(made, enabled=True))["disabled_reason"] is None


async def test_a_delivery_of_another_endpoint_is_not_found(stage: WebhookStage) -> None:
    _, path = await _made(stage)
    other, _ = await _made(stage)
    sent = await stage.world.post(f"{path}/test-events", None, stage.administrator)
    answer = await stage.world.client.get(
        f"{ADDRESS}/{other['id']}/deliveries/{sent['id']}", headers=stage.administrator.headers
    )
    assert answer.status_code == 404


async def test_there_is_room_for_so_many_endpoints(stage: WebhookStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WEBHOOK_ENDPOINTS", 2)
    for status in (201, 201, 409):
        answer = await stage.world.client.post(ADDRESS, json=NEW, headers=stage.administrator.headers)
        assert answer.status_code == status


async def test_the_query_of_the_address_is_used_and_not_shown(stage: WebhookStage) -> None:
    """Receivers put tokens there."""
    made, path = await _made(stage, url=f"{NEW['url']}?token=hush&y=1")
    assert made["url"] == f"{NEW['url']}?***"
    same = await stage.change(made, url=made["url"], description="Other")
    other = await stage.change(made, url=f"{NEW['url']}?token=quiet")
    async with receiving(lambda _: reply(500)) as receiver:
        await _send_to(stage, made, receiver, query="?token=hush")
        await stage.happen(*aggregates(1))
        await stage.deliver()
        assert receiver.calls[0].line == "POST /hooks?token=hush HTTP/1.1", "as it was before what was shown was sent"
    (entry,) = await stage.log(made)
    shown = await stage.delivery(entry)
    assert shown["tried"][0]["url"] == f"{receiver.url}?***"
    page = await stage.world.get(ADDRESS, stage.administrator)
    headers = stage.administrator.headers | {"If-Match": "*"}
    assert (await stage.world.client.delete(path, headers=headers)).status_code == 204
    async with stage.world.database.transaction() as session:
        recorded = [event.audit for event in await session.scalars(select(Event))]
        security = [event.detail for event in await session.scalars(select(SecurityEvent))]
    for text in (same, other, shown, page, recorded, security):
        assert "hush" not in str(text)
        assert "quiet" not in str(text)
    assert f"{NEW['url']}?***" in str(recorded)


@pytest.mark.parametrize("loss", [[Scope.WEBHOOKS_MANAGE], [Scope.EVENTS_READ], None])
async def test_a_system_that_may_no_longer_read_events_gets_none(stage: WebhookStage, loss: list[Scope] | None) -> None:
    """Without one of the scopes or deactivated, at once, whatever waits. An administrator's own endpoint goes on."""
    manager, world = await stage.world.integration(*BOTH), stage.world
    made = await world.post(ADDRESS, NEW, manager)
    assert made["client_id"] == str(manager.id)
    mine, _ = await _made(stage)
    async with receiving() as receiver, receiving() as own:
        await _send_to(stage, made, receiver)
        await _send_to(stage, mine, own)
        await stage.happen(*aggregates(1))
        client = f"/v1/integration-clients/{manager.id}"
        headers = stage.administrator.headers | {"If-Match": "*"}
        if loss is None:
            assert (await world.client.delete(client, headers=headers)).status_code == 204
        else:
            changed = await world.client.patch(client, json={"scopes": loss}, headers=headers)
            assert changed.status_code == 200
        await stage.deliver()
        assert (len(receiver.calls), len(own.calls)) == (0, 1)
        shown = await stage.shown(made)
        assert (shown["enabled"], shown["disabled_reason"]) == (False, "not_allowed")
        # An administrator who enables it answers for it from then on.
        enabled = await stage.change(made, enabled=True)
        assert (enabled["client_id"], enabled["disabled_reason"]) == (None, None)
        await stage.deliver()
        assert len(receiver.calls) == 1


async def test_an_endpoint_registered_while_the_scope_is_taken_away_gets_nothing(stage: WebhookStage) -> None:
    manager = await stage.world.integration(*BOTH)
    made = await stage.world.post(ADDRESS, NEW, manager)
    async with receiving() as receiver:
        await _send_to(stage, made, receiver)
        async with stage.world.database.transaction() as session:
            (await session.get_one(IntegrationClient, manager.id)).scopes = ["webhooks:manage"]
        await stage.happen(*aggregates(1))
        await stage.deliver()
        assert receiver.calls == []


async def test_of_two_changes_at_once_one_is_stale(stage: WebhookStage) -> None:
    made, path = await _made(stage)
    headers = stage.administrator.headers | {"If-Match": made["etag"]}

    async def change(name: str) -> httpx.Response:
        return await stage.world.client.patch(path, json={"description": name}, headers=headers)

    lock = "SELECT FROM webhook_endpoints FOR UPDATE"
    answers = await race(stage.world.database, lock, change("One"), change("Two"))
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_a_system_reads_the_log_with_the_event(stage: WebhookStage) -> None:
    manager = await stage.world.integration(*BOTH)
    made, path = await _made(stage)
    async with receiving() as receiver:
        await _send_to(stage, made, receiver)
        await stage.happen(*aggregates(1))
        await stage.deliver()
    page = await stage.world.client.get(f"{path}/deliveries", headers=manager.headers)
    (entry,) = page.json()["items"]
    shown = await stage.world.client.get(f"{path}/deliveries/{entry['id']}", headers=manager.headers)
    assert shown.json()["body"]["id"] == entry["event_id"]
    assert len(receiver.calls) == 1
