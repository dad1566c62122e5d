"""The rules for passwords hold at every door where one is set (R06)."""

from collections.abc import Awaitable, Callable

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from app.database import Database, Work
from app.domain.actors import SYSTEM
from app.domain.refusals.input import InvalidInput
from app.letters.secrets import make_reset_token
from app.models import Person
from app.services.staff import set_password
from tests.world import PASSWORD, Login, TestCentre, World

Refused = Callable[[str], Awaitable[set[str]]]
CYRILLIC = "\u0442\u0438\u0445\u0430\u044f \u0433\u0430\u0432\u0430\u043d\u044c \u043c\u043e\u0441\u0442"
LONG_DECOMPOSED = "e\u0301" * 3 + " quiet harbour lantern"


def _codes(answer: httpx.Response) -> set[str]:
    """The codes of a refusal of the new password alone."""
    assert answer.status_code == 422, answer.text
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/new_password"}
    return {fault["code"] for fault in answer.json()["errors"]}


async def _reset_token(world: World, login: Login) -> str:
    async with world.database.transaction() as session:
        person = await session.get_one(Person, login.person_id)
        return await make_reset_token(Work(session, SYSTEM, world.clock(), world.settings), person)


async def _change(world: World, client: httpx.AsyncClient, centre: TestCentre) -> Refused:
    async def refused(password: str) -> set[str]:
        body = {"current_password": PASSWORD, "new_password": password}
        return _codes(await client.put("/v1/me/password", json=body, headers=centre.user.headers))

    return refused


async def _reset(world: World, client: httpx.AsyncClient, centre: TestCentre) -> Refused:
    token = await _reset_token(world, centre.user)

    async def refused(password: str) -> set[str]:
        body = {"token": token, "new_password": password}
        return _codes(await client.post("/v1/password-resets/completion", json=body))

    return refused


async def _operator(world: World, client: httpx.AsyncClient, centre: TestCentre) -> Refused:
    async def refused(password: str) -> set[str]:
        async with world.database.transaction() as session:
            session.unbroken = True
            person = await session.get_one(Person, centre.user.person_id)
            with pytest.raises(InvalidInput) as error:
                await set_password(Work(session, SYSTEM, world.clock(), world.settings), person, password)
        return {fault.code.value for fault in error.value.errors}

    return refused


@pytest.mark.requirement("R06")
@pytest.mark.parametrize("door", [_change, _reset, _operator])
async def test_a_weak_password_is_refused_at_every_door(
    world: World,
    client: httpx.AsyncClient,
    door: Callable[[World, httpx.AsyncClient, TestCentre], Awaitable[Refused]],
) -> None:
    centre = await world.centre()
    refused = await door(world, client, centre)
    assert await refused("P@ssw0rd-2026!") == {"password_too_common"}
    assert "password_too_simple" in await refused("1qaz2wsx3edc4rfv")
    assert await refused("AIM-Qualifications-2026") == {"password_about_you"}
    assert "password_about_you" in await refused(f"{centre.user.email.partition('@')[0]}-2026!!!!!!")
    assert "password_about_you" in await refused(f"{centre.name.replace(' ', '')}")
    assert {"password_too_common", "password_about_you"} <= await refused("Recognition-Password")
    # One letter, and what does not count as more.
    assert {"too_short", "password_too_short"} & await refused("a" + "\u0301" * 40)


@pytest.mark.requirement("R06")
async def test_outer_spaces_and_every_script_are_kept(world: World, client: httpx.AsyncClient) -> None:
    login = (await world.centre()).user
    current = PASSWORD
    for password in (
        f"  {CYRILLIC} ",
        LONG_DECOMPOSED,
    ):
        token = await _reset_token(world, login)
        body = {"token": token, "new_password": password}
        assert (await client.post("/v1/password-resets/completion", json=body)).status_code == 204
        opened = await client.post("/v1/sessions", json={"email": login.email, "password": password})
        assert opened.status_code == 201
        headers = {"Authorization": f"Bearer {opened.json()['access_token']}"}
        proof = await client.post(
            "/v1/sessions/current/password-verifications", json={"password": password}, headers=headers
        )
        assert proof.status_code == 200, proof.text
        refused = await client.post("/v1/sessions", json={"email": login.email, "password": current})
        assert refused.status_code == 401
        current = password
    stripped = {
        "email": login.email,
        "password": CYRILLIC,
    }
    assert (await client.post("/v1/sessions", json=stripped)).status_code == 401
    composed = {"email": login.email, "password": "\u00e9" * 3 + " quiet harbour lantern"}
    assert (await client.post("/v1/sessions", json=composed)).status_code == 201


async def test_a_hash_of_an_earlier_release_opens_a_session_and_is_made_anew(
    world: World, client: httpx.AsyncClient, database: Database
) -> None:
    """It was made of what was typed, without outer spaces, uncomposed."""
    login = (await world.centre()).user
    old = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(LONG_DECOMPOSED)
    async with database.transaction() as session:
        await session.execute(update(Person).where(Person.id == login.person_id).values(password_hash=old))
    composed = {"email": login.email, "password": "\u00e9" * 3 + " quiet harbour lantern"}
    assert (await client.post("/v1/sessions", json=composed)).status_code == 401
    typed = {"email": login.email, "password": f" {LONG_DECOMPOSED}"}
    assert (await client.post("/v1/sessions", json=typed)).status_code == 201
    async with database.transaction() as session:
        assert (await session.get_one(Person, login.person_id)).password_hash != old
    for body in (typed, composed):
        assert (await client.post("/v1/sessions", json=body)).status_code == 201


async def test_the_longest_password_is_measured_by_its_composed_form(world: World, client: httpx.AsyncClient) -> None:
    login = (await world.centre()).user
    words = ("quiet harbour lantern bridge " * 5)[:116]
    token = await _reset_token(world, login)

    async def complete(password: str) -> httpx.Response:
        body = {"token": token, "new_password": password}
        return await client.post("/v1/password-resets/completion", json=body)

    for longer in (words + "e\u0301" * 13, words + "x" * 13, "a" + "\u0301" * 100_000):
        answer = await complete(longer)
        assert [fault["code"] for fault in answer.json()["errors"]] == ["too_long"]
    assert (await complete(words + "e\u0301" * 12)).status_code == 204
