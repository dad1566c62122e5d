"""No session that the old password opened survives its change, in any interleaving (R06)."""

import asyncio
import random
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.database import Database, Work
from app.domain.actors import SYSTEM, StaffRole
from app.letters.secrets import make_reset_token
from app.models import Person, Session
from app.security import passwords
from app.security.passwords import hash_password
from app.services.sessions.credentials import replace_password
from app.services.staff import set_password
from tests.races import race
from tests.world import PASSWORD, Login, World

NEW = "another-Long-phrase-77"
ROUNDS = 30


@dataclass
class _Stage:
    """A person with a session on another device, and a reset token."""

    world: World
    client: httpx.AsyncClient
    login: Login
    refresh_token: str = ""
    reset_token: str = ""

    async def prepare(self) -> None:
        opened = await self.log_in()
        self.refresh_token = opened.json()["refresh_token"]
        async with self.world.database.transaction() as session:
            work = Work(session, SYSTEM, self.world.clock(), self.world.settings)
            self.reset_token = await make_reset_token(work, await session.get_one(Person, self.login.id))

    async def log_in(self, password: str = PASSWORD) -> httpx.Response:
        return await self.client.post("/v1/sessions", json={"email": self.login.email, "password": password})

    async def refresh(self) -> httpx.Response:
        return await self.client.post("/v1/sessions/refresh", json={"refresh_token": self.refresh_token})

    async def change(self) -> httpx.Response:
        body = {"current_password": PASSWORD, "new_password": NEW}
        return await self.client.put("/v1/me/password", json=body, headers=self.login.headers)

    async def reset(self) -> httpx.Response:
        body = {"token": self.reset_token, "new_password": NEW}
        return await self.client.post("/v1/password-resets/completion", json=body)

    async def operator_sets(self) -> httpx.Response:
        async with self.world.database.transaction() as session:
            session.unbroken = True
            work = Work(session, SYSTEM, self.world.clock(), self.world.settings)
            person = (await session.scalars(select(Person).where(Person.id == self.login.id).with_for_update())).one()
            await set_password(work, person, NEW)
        return httpx.Response(200)

    async def alive(self, tokens: dict[str, Any]) -> bool:
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        if (await self.client.get("/v1/me", headers=headers)).status_code == 200:
            return True
        body = {"refresh_token": tokens["refresh_token"]}
        return (await self.client.post("/v1/sessions/refresh", json=body)).status_code == 200


_CHANGES: list[Callable[[_Stage], Awaitable[httpx.Response]]] = [_Stage.change, _Stage.reset, _Stage.operator_sets]


async def _stage(world: World, client: httpx.AsyncClient) -> _Stage:
    stage = _Stage(world, client, await world.staff(StaffRole.FINANCE, new=True))
    await stage.prepare()
    return stage


@pytest.mark.parametrize("change", _CHANGES)
async def test_no_session_of_the_old_password_survives_its_change(
    world: World, client: httpx.AsyncClient, change: Callable[[_Stage], Awaitable[httpx.Response]]
) -> None:
    """Log-ins and refreshes begin at random moments before, during and after the change."""
    chance = random.Random(11)
    for _ in range(ROUNDS // 3):
        stage = await _stage(world, client)

        async def later(act: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
            await asyncio.sleep(chance.random() * 0.15)
            return await act()

        changed, *others = await asyncio.gather(
            later(lambda: change(stage)),  # noqa: B023
            *(later(stage.log_in) for _ in range(3)),
            *(later(stage.refresh) for _ in range(2)),
        )
        assert changed.is_success, changed.text
        opened = [answer.json() for answer in others if answer.is_success]
        assert [await stage.alive(tokens) for tokens in opened] == [False] * len(opened)
        assert (await stage.log_in(NEW)).status_code == 201
        assert (await stage.reset()).status_code == 409


@pytest.mark.parametrize("change", _CHANGES)
async def test_those_who_wait_for_the_person_open_nothing(
    world: World, client: httpx.AsyncClient, database: Database, change: Callable[[_Stage], Awaitable[httpx.Response]]
) -> None:
    """All of them have verified the old password and wait for the row, in either order."""
    stage = await _stage(world, client)
    lock = f"SELECT 1 FROM people WHERE id = '{stage.login.id}' FOR UPDATE"
    first, changed, last = await race(database, lock, stage.log_in(), change(stage), stage.log_in())
    assert changed.is_success
    opened = [answer.json() for answer in (first, last) if answer.is_success]
    assert [await stage.alive(tokens) for tokens in opened] == [False] * len(opened)


@pytest.mark.parametrize("change", _CHANGES)
async def test_a_refresh_that_is_under_way_survives_no_change(
    world: World, client: httpx.AsyncClient, database: Database, change: Callable[[_Stage], Awaitable[httpx.Response]]
) -> None:
    stage = await _stage(world, client)
    lock = f"SELECT 1 FROM sessions WHERE person_id = '{stage.login.id}' FOR UPDATE"
    refreshed, changed = await race(database, lock, stage.refresh(), change(stage))
    assert changed.is_success
    assert not refreshed.is_success or not await stage.alive(refreshed.json())


@asynccontextmanager
async def _held_up(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[threading.Event]:
    """Hold the next verification once it knows that the password is right, until the block ends."""
    checked, may_go_on, verify = threading.Event(), threading.Event(), passwords._verify

    def held(stored: str, password: str) -> bool:
        right = verify(stored, password)
        checked.set()
        assert may_go_on.wait(60)
        return right

    monkeypatch.setattr(passwords, "_verify", held)
    yield checked
    monkeypatch.setattr(passwords, "_verify", verify)
    may_go_on.set()


@pytest.mark.parametrize("how", ["signed out", "deactivated"])
async def test_who_is_signed_out_while_the_password_is_checked_gets_no_session(
    world: World, client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    stage = await _stage(world, client)
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    async with _held_up(monkeypatch) as checked:
        asking = asyncio.create_task(stage.change())
        assert await asyncio.to_thread(checked.wait, 60)
        if how == "signed out":
            ended = await client.delete("/v1/sessions/current", headers=stage.login.headers)
        else:
            headers = {**administrator.headers, "If-Match": "*"}
            ended = await client.delete(f"/v1/staff/{stage.login.user_id}", headers=headers)
        assert ended.status_code == 204
    refused = await asking
    assert (refused.status_code, refused.json()["code"]) == (401, "token_not_valid")
    async with database.transaction() as session:
        rows = await session.scalars(
            select(Session).where(Session.person_id == stage.login.id, Session.first_password.is_(False))
        )
        assert how == "signed out" or all(row.ended_at is not None for row in rows)
    if how == "signed out":
        assert (await stage.log_in()).status_code == 201


async def test_a_log_in_that_verified_the_old_password_opens_nothing(
    world: World, client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change commits while the log-in stands aside."""
    stage, hashed = await _stage(world, client), await hash_password(NEW)
    async with _held_up(monkeypatch) as checked:
        asking = asyncio.create_task(stage.log_in())
        assert await asyncio.to_thread(checked.wait, 60)
        async with database.transaction() as session:
            work = Work(session, SYSTEM, world.clock(), world.settings)
            person = await session.get_one(Person, stage.login.id, with_for_update=True)
            await replace_password(work, person, hashed, "password changed")
    assert (await asking).json()["code"] == "invalid_credentials"
