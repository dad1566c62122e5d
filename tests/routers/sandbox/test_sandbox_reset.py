"""The reset deletes everything that a new deployment does not start with."""

from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select, text

from app.domain.documents import DocumentKind
from app.http.exchange import deployment_of
from app.main import attach
from app.models import Base, IdempotentAnswer
from app.services.operations.bootstrap import bootstrap
from tests.routers.sandbox.conftest import Sandbox

CONFIRMED = {"confirm": "delete everything"}
PASSWORD = "operators-own-Choice-7"


@pytest.mark.parametrize("body", [{}, {"confirm": True}, {"confirm": "yes"}, {"confirm": None}, CONFIRMED | {"all": 1}])
async def test_the_reset_must_be_confirmed(sandbox: Sandbox, body: dict[str, Any]) -> None:
    made = await sandbox.post("centres")
    assert (await sandbox.client.post("/v1/sandbox/reset", json=body)).status_code == 422
    assert (await sandbox.client.post("/v1/sandbox/reset")).status_code in (400, 415)
    await sandbox.sign_in(made["super_user"])


async def _filled(sandbox: Sandbox) -> dict[str, int]:
    names = [table.name for table in Base.metadata.sorted_tables]
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in [*names, "pgqueuer"])
    async with sandbox.world.database.transaction() as session:
        return {name: count for name, count in (await session.execute(text(counts))) if count}


async def test_a_reset_leaves_a_new_deployment(sandbox: Sandbox, app: FastAPI) -> None:
    """The administrator with the configured password, the sample documents and the database's mark stay. The clock
    returns to real time; no email and no other files remain."""
    world = sandbox.world
    given = deployment_of(app).settings.model_copy(update={"admin_password": SecretStr(PASSWORD)})
    attach(app, given, world.database, sandbox.world.clock)
    await bootstrap(world.database, world.store, given, world.clock)
    fresh = await _filled(sandbox)
    made = await sandbox.application("accepted_with_actions")
    await sandbox.get("emails")
    await sandbox.post("clock", by_seconds=86_400)
    administrator = await _sign_in_administrator(sandbox)
    await _spoil(sandbox)
    folder = world.settings.data_dir
    assert len(list((folder / "documents" / "policies").rglob("*-*"))) > 11

    await sandbox.post("reset", **CONFIRMED)

    left = await _filled(sandbox)
    # Setting the administrator's password is noted, here as at the first start, and a request is counted.
    events = left.pop("events", 0), left.pop("event_streams", 0)
    assert events <= (1, 1)
    left.pop("rate_limits", None)
    expected = {name: count for name, count in fresh.items() if name in ("deployment", "documents")}
    assert left == expected | {"people": 1, "staff_members": 1}
    assert list((folder / "mail").glob("*.eml")) == []
    assert [path for name in ("policies", "certificates", "invoices") for path in _files(folder, name)] == []
    assert (await sandbox.get("clock"))["ahead_seconds"] == 0
    body = {"email": made["super_user"]["email"], "password": made["super_user"]["password"]}
    assert (await sandbox.client.post("/v1/sessions", json=body)).status_code == 401
    assert (await sandbox.client.get("/v1/me", headers=administrator)).status_code == 401
    documents = await _documents(sandbox, await _sign_in_administrator(sandbox))
    assert {document["kind"] for document in documents} == {kind.value for kind in DocumentKind}
    for document in documents:
        content = await sandbox.client.get(
            f"/v1/documents/{document['id']}/content", headers=await _sign_in_administrator(sandbox)
        )
        assert content.content.startswith(b"%PDF-"), document["kind"]


def _files(folder: Any, name: str) -> list[Any]:
    return [path for path in (folder / "documents" / name).rglob("*") if path.is_file()]


async def _sign_in_administrator(sandbox: Sandbox) -> dict[str, str]:
    return await sandbox.sign_in({"email": "administrator@example.com", "password": PASSWORD})


async def _documents(sandbox: Sandbox, headers: dict[str, str]) -> list[dict[str, Any]]:
    answer = await sandbox.client.get("/v1/documents", headers=headers)
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def _spoil(sandbox: Sandbox) -> None:
    """Change what the reset keeps: the administrator has another role, as an operator gives it."""
    given = "UPDATE staff_members SET roles = roles || '{finance}'::varchar[] WHERE 'administrator' = ANY (roles)"
    async with sandbox.world.database.transaction() as session:
        await session.execute(text(given))


async def test_the_sandbox_works_after_a_reset(sandbox: Sandbox) -> None:
    await sandbox.application("draft")
    await sandbox.post("reset", **CONFIRMED)
    again = await sandbox.application("submitted")
    assert again["reference"].endswith("-000001")
    assert (await sandbox.get("emails", to=again["super_user"]["email"]))["items"]


async def test_a_replayed_reset_deletes_nothing(sandbox: Sandbox) -> None:
    """The same key, after more data was made."""

    async def ask() -> httpx.Response:
        return await sandbox.client.post("/v1/sandbox/reset", json=CONFIRMED, headers={"Idempotency-Key": "once"})

    assert (await ask()).status_code == 204
    made = await sandbox.post("centres")
    repeated = await ask()
    assert (repeated.status_code, repeated.headers["idempotent-replayed"]) == (204, "true")
    await sandbox.sign_in(made["super_user"])


async def test_a_reset_dates_its_rows_by_the_clock_that_it_restored(sandbox: Sandbox) -> None:
    """So the stored response for its key expires by real time, not by the earlier sandbox time."""
    await sandbox.post("clock", by_seconds=86_400 * 365)
    answer = await sandbox.client.post("/v1/sandbox/reset", json=CONFIRMED, headers={"Idempotency-Key": "one"})
    assert answer.status_code == 204
    shown = datetime.fromisoformat((await sandbox.get("clock"))["now"])
    async with sandbox.world.database.transaction() as session:
        assert (await session.scalars(select(IdempotentAnswer.created_at))).all() == [shown]


async def test_without_an_administrator_none_is_kept(sandbox: Sandbox) -> None:
    await sandbox.post("reset", **CONFIRMED)
    assert set(await _filled(sandbox)) <= {"deployment", "documents", "rate_limits"}
