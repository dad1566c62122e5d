"""A log-in that stores a better hash of the same password gets in nobody's way (R06)."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from app.database import Database
from app.models import Person
from tests.races import queue
from tests.routers import test_email_changes as email_changes
from tests.world import PASSWORD, Login, World

_WEAK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
_NEW = "another-Long-phrase-77"


async def _log_in(world: World, login: Login, password: str = PASSWORD) -> httpx.Response:
    return await world.client.post("/v1/sessions", json={"email": login.email, "password": password})


async def _change(world: World, login: Login) -> httpx.Response:
    body = {"current_password": PASSWORD, "new_password": _NEW}
    return await world.client.put("/v1/me/password", json=body, headers=login.headers)


async def _prove(world: World, login: Login) -> httpx.Response:
    path, body = "/v1/sessions/current/password-verifications", {"password": PASSWORD}
    return await world.client.post(path, json=body, headers=login.headers)


async def _confirm_address(world: World, login: Login) -> httpx.Response:
    return await email_changes.confirm(world)


async def _weaken(database: Database, login: Login, password: str = PASSWORD) -> str:
    weak = _WEAK.hash(password)
    async with database.transaction() as session:
        await session.execute(update(Person).where(Person.id == login.person_id).values(password_hash=weak))
    return weak


def _row(login: Login) -> str:
    return f"SELECT 1 FROM people WHERE id = '{login.person_id}' FOR UPDATE"


@pytest.mark.requirement("R06")
@pytest.mark.parametrize("act", [_log_in, _change, _prove, _confirm_address])
async def test_whoever_verified_the_password_meanwhile_goes_on(
    world: World, database: Database, act: Callable[[World, Login], Awaitable[httpx.Response]]
) -> None:
    """Both have verified the old hash; the log-in is the first to get the row, and stores the better one."""
    login = (await world.centre()).user
    if act is _confirm_address:
        await email_changes.ask(world, login)
    weak = await _weaken(database, login)
    first, second = await queue(database, _row(login), _log_in(world, login), act(world, login))
    assert first.status_code == 201
    assert second.is_success, second.text
    async with database.transaction() as session:
        stored = (await session.get_one(Person, login.person_id)).password_hash
    assert stored != weak
    assert stored is not None
    assert not PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).check_needs_rehash(stored)


@pytest.mark.parametrize("act", [_log_in, _prove, _confirm_address])
async def test_a_password_that_was_changed_meanwhile_is_still_refused(
    world: World, database: Database, act: Callable[[World, Login], Awaitable[httpx.Response]]
) -> None:
    login = (await world.centre()).user
    if act is _confirm_address:
        await email_changes.ask(world, login)
    await _weaken(database, login)
    changed, second = await queue(database, _row(login), _change(world, login), act(world, login))
    assert changed.is_success
    assert second.status_code in (401, 403, 409, 422), second.text
    assert (await _log_in(world, login)).status_code == 401
    assert (await _log_in(world, login, _NEW)).status_code == 201
