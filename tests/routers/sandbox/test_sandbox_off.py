"""The sandbox is off by default, impossible in production, and never touches real data."""

import asyncio
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from sqlalchemy import func, select

from app.database import Database
from app.main import attach
from app.models import Deployment, Person
from app.security.keys import UnsafeSettings
from app.services.sandbox.purpose import require_purpose
from app.settings import Environment, Settings, Smtp
from tests.clock import MovableClock
from tests.contract.operations import operations
from tests.world import World

SANDBOX = [found for found in operations() if found.described["tags"] == ["Sandbox"]]
NEVER = "01990000-0000-7000-8000-000000000000"


def _real(path: str) -> str:
    return path.replace("{email_id}", NEVER).replace("{key}", "appeals")


def _on(settings: Settings) -> Settings:
    return settings.model_copy(update={"sandbox": True})


def test_the_sandbox_operations() -> None:
    assert {found.id for found in SANDBOX} == {
        "createSandboxCentre",
        "createSandboxApplication",
        "getSandboxClock",
        "moveSandboxClock",
        "listSandboxEmails",
        "getSandboxEmail",
        "listSandboxSamplePolicies",
        "downloadSandboxSamplePolicy",
        "resetSandbox",
    }


async def test_while_off_its_addresses_are_404(client: httpx.AsyncClient) -> None:
    """Indistinguishable from an unknown address, whatever the method: no 405 either."""
    for op in SANDBOX:
        for method in {op.method, "GET", "DELETE"}:
            answer = await client.request(method, _real(op.path), json={})
            unknown = await client.request(method, "/v1/no-such-thing", json={})
            assert answer.status_code == 404, (op.id, method)
            problem, other = answer.json(), unknown.json()
            del problem["request_id"], other["request_id"]
            assert problem == other, op.id
            assert {*answer.headers} == {*unknown.headers}, op.id


async def test_while_off_its_clock_costs_no_query(client: httpx.AsyncClient, database: Database) -> None:
    seen: list[str] = []
    stop = database.count_statements(seen)
    assert (await client.get("/v1/recognised-centres")).status_code == 200
    stop()
    assert seen
    assert not [statement for statement in seen if "deployment" in statement]


def test_it_is_off_by_default(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path).sandbox is False


@pytest.mark.parametrize(
    ("beside", "sentence"),
    [
        ({"environment": Environment.PRODUCTION}, "the sandbox cannot run in production"),
        ({"smtp": Smtp(host="relay.example.com")}, "captures mail, so leave SMTP__HOST out"),
    ],
)
def test_the_sandbox_cannot_be_combined_with_production_settings(
    tmp_path: Path, beside: dict[str, object], sentence: str
) -> None:
    """Every command ends with this message. Without the sandbox the same settings are valid."""
    Settings(data_dir=tmp_path, **beside)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match=sentence):
        Settings(data_dir=tmp_path, sandbox=True, **beside)  # type: ignore[arg-type]


async def test_a_database_served_without_it_cannot_become_a_sandbox(
    database: Database, settings: Settings, clock: MovableClock
) -> None:
    """Even while it is empty: the next row may be real."""
    await require_purpose(database, settings, clock)
    with pytest.raises(UnsafeSettings, match="never becomes a sandbox"):
        await require_purpose(database, _on(settings), clock)
    await require_purpose(database, settings, clock)


async def test_a_database_with_earlier_data_cannot_become_a_sandbox(world: World, clock: MovableClock) -> None:
    """An earlier release filled it and left no mark."""
    await world.received()
    for _ in range(2):
        with pytest.raises(UnsafeSettings, match="never becomes a sandbox"):
            await require_purpose(world.database, _on(world.settings), clock)
    await require_purpose(world.database, world.settings, clock)


async def test_a_sandbox_database_is_never_served_as_real(
    database: Database, settings: Settings, clock: MovableClock
) -> None:
    await require_purpose(database, _on(settings), clock)
    for environment in Environment:
        with pytest.raises(UnsafeSettings, match="is a sandbox"):
            await require_purpose(database, settings.model_copy(update={"environment": environment}), clock)
    await require_purpose(database, _on(settings), clock)


async def test_two_processes_starting_concurrently_agree(
    database: Database, settings: Settings, clock: MovableClock
) -> None:
    """One with the sandbox and one without: exactly one starts."""
    started = await asyncio.gather(
        *(require_purpose(database, kind, clock) for kind in (settings, _on(settings))), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in started) == ["NoneType", "UnsafeSettings"]
    async with database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Deployment)) == 1


async def test_real_data_is_not_reset_even_if_the_start_check_was_bypassed(
    client: httpx.AsyncClient, app: FastAPI, world: World, clock: MovableClock
) -> None:
    """The reset itself checks the mark in the database."""
    await require_purpose(world.database, world.settings, clock)
    centre = await world.centre()
    attach(app, _on(world.settings), world.database, clock)
    answer = await client.post("/v1/sandbox/reset", json={"confirm": "delete everything"})
    assert answer.status_code == 404, answer.text
    assert (await client.post("/v1/sandbox/clock", json={"by_seconds": 60})).status_code == 404
    async with world.database.transaction() as session:
        assert await session.get(Person, centre.super_user.id) is not None
