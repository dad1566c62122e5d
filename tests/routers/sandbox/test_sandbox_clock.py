"""The sandbox clock: stored in the database, moves forward only, and runs due work when moved."""

from datetime import timedelta
from typing import Any

import pytest

from app.clock import SandboxClock
from app.jobs.means import Means
from tests.routers.sandbox.conftest import Sandbox

DAY = 86_400


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"by_seconds": -1}, "/by_seconds", "too_small"),
        ({"by_seconds": 1.5}, "/by_seconds", "not_whole_number"),
        ({"by_seconds": 10_000_000_000}, "/by_seconds", "too_large"),
        ({"now": "tomorrow"}, "/now", "invalid_timestamp"),
        ({"now": "2026-06-02T09:00:00"}, "/now", "invalid_timestamp"),
        ({"now": "2046-06-02T09:00:00Z"}, "/now", "too_far_ahead"),
        ({"now": "2036-06-07T09:00:00Z", "by_seconds": 2 * DAY}, "/by_seconds", "too_far_ahead"),
    ],
)
async def test_an_invalid_move_is_refused(sandbox: Sandbox, body: dict[str, Any], pointer: str, code: str) -> None:
    answer = await sandbox.client.post("/v1/sandbox/clock", json=body)
    fault = answer.json()["errors"][0]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (422, pointer, code)


async def test_it_cannot_move_back(sandbox: Sandbox) -> None:
    """Recorded events would lie in the future."""
    await sandbox.post("clock", by_seconds=DAY)
    back = (sandbox.world.clock() + timedelta(hours=1)).isoformat()
    answer = await sandbox.client.post("/v1/sandbox/clock", json={"now": back})
    assert (answer.status_code, answer.json()["code"]) == (409, "clock_moves_ahead_only")
    assert (await sandbox.get("clock"))["ahead_seconds"] == DAY


async def test_it_starts_at_real_time_and_keeps_running_after_a_move(sandbox: Sandbox) -> None:
    real = sandbox.world.clock()
    shown = await sandbox.get("clock")
    assert (shown["now"], shown["real_now"], shown["ahead_seconds"]) == (shown["now"], shown["now"], 0)
    wanted = (real + timedelta(days=2)).isoformat()
    assert (await sandbox.post("clock", now=wanted, by_seconds=60))["ahead_seconds"] == 2 * DAY + 60
    sandbox.world.clock.move(timedelta(seconds=5))
    shown = await sandbox.get("clock")
    assert shown["ahead_seconds"] == 2 * DAY + 60
    assert shown["now"] == (real + timedelta(days=2, seconds=65)).isoformat().replace("+00:00", "Z")


async def test_every_process_shares_the_clock(sandbox: Sandbox) -> None:
    """Including a worker that was started before the move."""
    world = sandbox.world
    means = Means.of(world.database, world.settings, world.store, SandboxClock(world.clock))
    await sandbox.post("clock", by_seconds=DAY)
    async with means.work() as work:
        assert work.now == world.clock() + timedelta(days=1)


async def test_log_in_details_become_late(sandbox: Sandbox) -> None:
    """R05: two working days after the initial application it is late, and customer experience is emailed once."""
    made = await sandbox.post("centres", status="received")
    path, staff = f"/v1/initial-applications/{made['initial_application_id']}", made["staff"]["customer_experience"]
    assert (await sandbox.read(path, staff))["late"] is False
    assert (await sandbox.get("emails", kind="initial_applications_late"))["items"] == []
    for _ in range(2):
        await sandbox.post("clock", by_seconds=4 * DAY)
        assert (await sandbox.read(path, staff))["late"] is True
        assert len((await sandbox.get("emails", kind="initial_applications_late"))["items"]) == 1


async def test_an_invoice_and_an_action_become_overdue(sandbox: Sandbox) -> None:
    """R18, R23: one reminder each, by the sandbox clock."""
    unpaid, open_ = await sandbox.application("awaiting_payment"), await sandbox.application("accepted_with_actions")
    moved = await sandbox.post("clock", by_seconds=40 * DAY)
    for kind in ("invoice_overdue", "action_overdue"):
        (mail,) = (await sandbox.get("emails", kind=kind))["items"]
        assert mail["sent_at"][:10] == moved["now"][:10]
    invoice = await sandbox.read(f"/v1/invoices/{unpaid['invoice_id']}", unpaid["staff"]["finance"])
    assert invoice["overdue"] is True
    actions = await sandbox.read(f"/v1/applications/{open_['id']}/actions", open_["user"])
    assert [action["overdue"] for action in actions["items"]] == [True, False]


async def test_tokens_expire_by_it(sandbox: Sandbox) -> None:
    """First the access token, then the session. Signing in again works."""
    made = await sandbox.post("centres")
    body = {"email": made["super_user"]["email"], "password": made["super_user"]["password"]}
    session = (await sandbox.client.post("/v1/sessions", json=body)).json()
    headers = {"Authorization": f"Bearer {session['access_token']}"}
    await sandbox.post("clock", by_seconds=3600)
    assert (await sandbox.client.get("/v1/me", headers=headers)).json()["code"] == "token_not_valid"
    refreshed = await sandbox.client.post("/v1/sessions/refresh", json={"refresh_token": session["refresh_token"]})
    assert refreshed.status_code == 200, refreshed.text
    await sandbox.post("clock", by_seconds=30 * DAY)
    again = {"refresh_token": refreshed.json()["refresh_token"]}
    assert (await sandbox.client.post("/v1/sessions/refresh", json=again)).status_code == 401
    await sandbox.sign_in(made["super_user"])


async def test_applications_are_dated_by_it(sandbox: Sandbox) -> None:
    moved = await sandbox.post("clock", by_seconds=400 * DAY)
    made = await sandbox.application("submitted")
    seen = await sandbox.read(f"/v1/applications/{made['id']}", made["user"])
    assert seen["submitted_at"][:10] == moved["now"][:10]
    assert made["reference"].startswith(f"CRA-{moved['now'][:4]}-")
