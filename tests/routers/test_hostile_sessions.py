"""Attacks on log-ins, names and passwords (R06, R10)."""

import asyncio
import threading

import httpx
import pytest
from sqlalchemy import update

from app.database import Database, Work
from app.domain.actors import SYSTEM
from app.letters.secrets import make_reset_token
from app.models import Person
from app.security import passwords
from tests.world import PASSWORD, Login, World

NEW = "another-Long-phrase-77"
OTHER = "a-third-Long-phrase-99"


async def _reset_token(world: World, login: Login) -> str:
    async with world.database.transaction() as session:
        person = await session.get_one(Person, login.person_id)
        return await make_reset_token(Work(session, SYSTEM, world.clock(), world.settings), person)


async def _complete(client: httpx.AsyncClient, token: str, password: str) -> httpx.Response:
    return await client.post("/v1/password-resets/completion", json={"token": token, "new_password": password})


@pytest.mark.requirement("R06")
async def test_choosing_a_password_invalidates_all_reset_tokens(world: World, client: httpx.AsyncClient) -> None:
    """An older email cannot be used to take over the account."""
    login = (await world.centre()).user
    older, newer = [await _reset_token(world, login) for _ in range(2)]
    assert (await _complete(client, newer, NEW)).status_code == 204
    late = await _complete(client, older, OTHER)
    assert (late.status_code, late.json()["code"]) == (409, "reset_token_not_valid")


async def test_changing_the_password_invalidates_reset_tokens(world: World, client: httpx.AsyncClient) -> None:
    login = (await world.centre()).user
    token = await _reset_token(world, login)
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert (await client.put("/v1/me/password", json=body, headers=login.headers)).status_code == 200
    assert (await _complete(client, token, OTHER)).status_code == 409


async def test_of_two_concurrent_resets_one_succeeds(world: World, client: httpx.AsyncClient) -> None:
    """Without a deadlock."""
    login = (await world.centre()).user
    first, second = [await _reset_token(world, login) for _ in range(2)]
    answers = await asyncio.gather(_complete(client, first, NEW), _complete(client, second, OTHER))
    assert sorted(answer.status_code for answer in answers) == [204, 409]


@pytest.mark.requirement("R10")
async def test_a_centre_cannot_rename_a_user_of_another(world: World, client: httpx.AsyncClient) -> None:
    """Inviting another centre's user does not change their name there."""
    theirs, mine = await world.centre(), await world.centre()
    body = {
        "first_name": "Jo",
        "last_name": "Patel",
        "job_title": "Tutor",
        "email": "jo.patel@people.example.com",
        "telephone": "01332 341825",
        "role": "user",
    }
    there = await world.post(f"/v1/centres/{theirs.id}/users", body, theirs.super_user)
    here = await world.post(f"/v1/centres/{mine.id}/users", body, mine.super_user)
    path = f"/v1/centres/{mine.id}/users/{here['id']}"
    headers = await world.etag(path, mine.super_user)
    assert (await client.patch(path, json={"first_name": "Rude"}, headers=headers)).json()["first_name"] == "Rude"
    shown = await world.get(f"/v1/centres/{theirs.id}/users/{there['id']}", theirs.super_user)
    assert shown["first_name"] == "Jo"


async def test_of_two_concurrent_changes_of_a_password_one_succeeds(world: World, client: httpx.AsyncClient) -> None:
    """Both were checked against the password that the first of them replaced."""
    person = (await world.centre()).super_user
    bodies = [{"current_password": PASSWORD, "new_password": new} for new in (NEW, OTHER)]
    answers = await asyncio.gather(
        *(client.put("/v1/me/password", json=body, headers=person.headers) for body in bodies)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 422], [answer.text for answer in answers]
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert [fault["code"] for fault in refused.json()["errors"]] == ["wrong_password"]


async def test_a_password_that_changes_while_it_is_checked_opens_no_session(
    world: World, client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked, may_go_on, verify = threading.Event(), threading.Event(), passwords._verify

    def held_up(stored: str, password: str) -> bool:
        right = verify(stored, password)
        checked.set()
        assert may_go_on.wait(60)
        return right

    monkeypatch.setattr(passwords, "_verify", held_up)
    person = (await world.centre()).super_user
    body = {"email": person.email, "password": PASSWORD}
    asking = asyncio.create_task(client.post("/v1/sessions", json=body))
    assert await asyncio.to_thread(checked.wait, 60)
    async with database.transaction() as session:
        await session.execute(update(Person).where(Person.id == person.id).values(password_hash="another"))
    may_go_on.set()
    answer = await asking
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
