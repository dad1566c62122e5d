"""The sandbox is off unless it is switched on, impossible in production, and never touches a database of real data."""

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


def test_it_has_operations_of_its_own() -> None:
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


async def test_while_it_is_off_its_addresses_are_unknown(client: httpx.AsyncClient) -> None:
    """Not to be told from an address that never was, whatever the method; a wrong method is no 405 either."""
    for op in SANDBOX:
        for method in {op.method, "GET", "DELETE"}:
            answer = await client.request(method, _real(op.path), json={})
            unknown = await client.request(method, "/v1/no-such-thing", json={})
            assert answer.status_code == 404, (op.id, method)
            problem, other = answer.json(), unknown.json()
            del problem["request_id"], other["request_id"]
            assert problem == other, op.id
            assert {*answer.headers} == {*unknown.headers}, op.id


async def test_while_it_is_off_its_clock_costs_nothing(client: httpx.AsyncClient, database: Database) -> None:
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
def test_settings_with_it_and_something_real_cannot_be(
    tmp_path: Path, beside: dict[str, object], sentence: str
) -> None:
    """Whatever the command, it ends with this sentence; without the sandbox the same settings are read."""
    Settings(data_dir=tmp_path, **beside)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match=sentence):
        Settings(data_dir=tmp_path, sandbox=True, **beside)  # type: ignore[arg-type]


async def test_a_database_that_served_without_it_is_never_a_sandbox(
    database: Database, settings: Settings, clock: MovableClock
) -> None:
    """Even while nothing is in it yet: what is written next would be real."""
    await require_purpose(database, settings, clock)
    with pytest.raises(UnsafeSettings, match="never becomes a sandbox"):
        await require_purpose(database, _on(settings), clock)
    await require_purpose(database, settings, clock)


async def test_a_database_with_data_from_before_is_never_a_sandbox(world: World, clock: MovableClock) -> None:
    """One that an earlier release has filled, which decided nothing."""
    await world.received()
    for _ in range(2):
        with pytest.raises(UnsafeSettings, match="never becomes a sandbox"):
            await require_purpose(world.database, _on(world.settings), clock)
    await require_purpose(world.database, world.settings, clock)


async def test_a_sandbox_is_never_served_as_if_it_were_real(
    database: Database, settings: Settings, clock: MovableClock
) -> None:
    await require_purpose(database, _on(settings), clock)
    for environment in Environment:
        with pytest.raises(UnsafeSettings, match="is a sandbox"):
            await require_purpose(database, settings.model_copy(update={"environment": environment}), clock)
    await require_purpose(database, _on(settings), clock)


async def test_two_processes_that_start_at_once_agree(
    database: Database, settings: Settings, clock: MovableClock
) -> None:
    """One with the sandbox and one without: exactly one of them starts."""
    started = await asyncio.gather(
        *(require_purpose(database, kind, clock) for kind in (settings, _on(settings))), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in started) == ["NoneType", "UnsafeSettings"]
    async with database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Deployment)) == 1


async def test_nothing_real_is_reset_even_where_the_settings_lie(
    client: httpx.AsyncClient, app: FastAPI, world: World, clock: MovableClock
) -> None:
    """A process that got past its start all the same: the mark in the database is looked at in the reset itself."""
    await require_purpose(world.database, world.settings, clock)
    centre = await world.centre()
    attach(app, _on(world.settings), world.database, clock)
    answer = await client.post("/v1/sandbox/reset", json={"confirm": "delete everything"})
    assert answer.status_code == 404, answer.text
    assert (await client.post("/v1/sandbox/clock", json={"by_seconds": 60})).status_code == 404
    async with world.database.transaction() as session:
        assert await session.get(Person, centre.super_user.id) is not None
