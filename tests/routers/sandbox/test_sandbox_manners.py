"""Sandbox operations follow the general conventions: conditions, keys, bodies, limits."""

import hashlib
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.database import Database
from app.domain import limits
from app.domain.actors import PUBLIC
from app.http.limits import EVERY_CALLER
from tests.contract.operations import Operation, operations
from tests.routers.sandbox.conftest import Sandbox

SANDBOX = [found for found in operations() if found.path.startswith("/v1/sandbox")]
KEY = {"Idempotency-Key": "one"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture(params=SANDBOX, ids=lambda op: op.id)
def op(request: pytest.FixtureRequest) -> Operation:
    """Each of the sandbox's operations."""
    found: Operation = request.param
    return found


async def ask(sandbox: Sandbox, op: Operation, **more: Any) -> httpx.Response:
    """Call the operation, by default with its example."""
    path = op.path.replace("{key}", "appeals")
    if "{email_id}" in path:
        path = path.format(email_id=(await sandbox.get("emails"))["items"][0]["id"])
    if op.takes_json and "content" not in more and "json" not in more:
        more["json"] = op.example
    return await sandbox.client.request(op.method, path, **more)


def code(answer: httpx.Response) -> tuple[int, str]:
    """The status and the problem code."""
    return answer.status_code, str(answer.json()["code"])


async def test_an_unchanged_response_is_304(sandbox: Sandbox, op: Operation) -> None:
    if op.method == "GET":
        await sandbox.post("centres")
        assert (await ask(sandbox, op, headers={"If-None-Match": "*"})).status_code == 304


async def test_an_invalid_body_is_refused(sandbox: Sandbox, op: Operation) -> None:
    if not op.takes_json:
        return
    large = b'"' + b"a" * sandbox.world.settings.body_limit_bytes + b'"'
    refused = {b"{": (400, "malformed_json"), b"": (400, "body_missing"), large: (413, "too_large")}
    for body, expected in refused.items():
        assert code(await ask(sandbox, op, headers=JSON, content=body)) == expected


async def test_idempotency_keys_are_validated_locked_and_bound_to_a_body(sandbox: Sandbox, op: Operation) -> None:
    """409 while the first request is in progress, 422 with another body."""
    if not op.takes_key:
        return
    assert code(await ask(sandbox, op, headers={"Idempotency-Key": "two words"})) == (400, "bad_idempotency_key")
    scope = hashlib.sha256(f"public:{PUBLIC.id}\n{op.id}\n{KEY['Idempotency-Key']}".encode()).digest()
    lock = int.from_bytes(scope[:8], "big", signed=True)
    async with sandbox.world.database.transaction() as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
        assert code(await ask(sandbox, op, headers=KEY)) == (409, "request_in_progress")
    body = {"by_seconds": 60} if op.id == "moveSandboxClock" else op.example
    first: dict[str, Any] = {"json": body} if op.takes_json else {"content": b""}
    other: dict[str, Any] = {"json": {**body, "another": 1}} if op.takes_json else {"content": b"{}"}
    assert (await ask(sandbox, op, headers=KEY, **first)).is_success
    assert code(await ask(sandbox, op, headers=KEY, **other)) == (422, "idempotency_key_reused")


async def test_over_the_rate_limit_is_429(sandbox: Sandbox, op: Operation) -> None:
    await sandbox.post("centres")
    path = op.path.replace("{key}", "appeals")
    if "{email_id}" in path:
        path = path.format(email_id=(await sandbox.get("emails"))["items"][0]["id"])
    async with sandbox.world.database.transaction() as session:
        used_up = sandbox.world.clock() + EVERY_CALLER.period
        statement = (
            "INSERT INTO rate_limits VALUES ('caller:127.0.0.1', :at) ON CONFLICT (key) DO UPDATE SET due_at = :at"
        )
        await session.execute(text(statement), {"at": used_up})
    answer = await sandbox.client.request(op.method, path)
    assert code(answer) == (429, "too_many_requests")


async def test_a_centre_with_the_most_users_gets_no_application(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sandbox adds a second user to a centre that has only one."""
    made = await sandbox.post("centres")
    monkeypatch.setattr(limits, "USERS", 1)
    body = {"state": "draft", "centre_id": made["centre_id"]}
    answer = await sandbox.client.post("/v1/sandbox/applications", json=body)
    assert code(answer) == (409, "too_many_users")


async def test_without_an_agreement_no_application_is_made_ready(
    sandbox: Sandbox, owners_connections: Database
) -> None:
    await owners_connections.fetch_alone("TRUNCATE documents CASCADE")
    answer = await sandbox.client.post("/v1/sandbox/applications", json={"state": "ready_to_submit"})
    assert code(answer) == (409, "agreement_not_published")
