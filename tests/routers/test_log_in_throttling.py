"""Guessing one account's password: from one network, from many, all at once, and what remains for the owner (R06)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta

import httpx
import pytest

from app.database import Database, Work
from app.domain.actors import SYSTEM, StaffRole
from app.letters.secrets import make_reset_token
from app.main import create_app
from app.models import Person
from app.security.passwords import verify_password
from app.settings import Settings
from tests.clock import MovableClock
from tests.world import PASSWORD, World

NEW = "another-Long-phrase-77"
At = Callable[[str], httpx.AsyncClient]


@pytest.fixture
async def at(world: World, settings: Settings, database: Database) -> AsyncIterator[At]:
    """A client at an address, of an app with the limits of a deployment."""
    app = create_app(settings.model_copy(update={"rate_limit_scale": 1}), database=database, clock=world.clock)
    async with AsyncExitStack() as stack:
        made: dict[str, httpx.AsyncClient] = {}

        def client(host: str) -> httpx.AsyncClient:
            if host not in made:
                transport = httpx.ASGITransport(app=app, client=(host, 1))
                made[host] = httpx.AsyncClient(transport=transport, base_url="http://t")
                stack.push_async_callback(made[host].aclose)
            return made[host]

        yield client


async def _log_in(client: httpx.AsyncClient, email: str, password: str) -> httpx.Response:
    return await client.post("/v1/sessions", json={"email": email, "password": password})


async def _guess(at: At, email: str, times: int) -> list[int]:
    """Guess from ever new addresses, in two bursts of parallel requests."""
    hosts = [f"198.51.100.{number}" for number in range(times)]
    halves = hosts[: times // 2], hosts[times // 2 :]
    answers = [await asyncio.gather(*(_log_in(at(host), email, "wrong") for host in half)) for half in halves]
    return sorted(answer.status_code for half in answers for answer in half)


@pytest.mark.requirement("R06")
async def test_many_networks_together_get_fifty_guesses_a_day(
    world: World, at: At, clock: MovableClock, database: Database
) -> None:
    """The owner signs in where they are known, and elsewhere after a reset by email."""
    login = (await world.centre()).user
    assert (await _log_in(at("203.0.113.9"), login.email, PASSWORD)).status_code == 201
    assert await _guess(at, login.email, 60) == [401] * 50 + [429] * 10
    refused = await _log_in(at("192.0.2.1"), login.email, PASSWORD)
    assert refused.status_code == 429
    assert "reset your password" in refused.json()["detail"]
    assert int(refused.headers["retry-after"]) > 0
    # Where the owner has signed in before, only this network's failures count.
    codes = [(await _log_in(at("203.0.113.9"), login.email, "mistyped")).status_code for _ in range(9)]
    assert codes == [401] * 9
    assert (await _log_in(at("203.0.113.9"), login.email, PASSWORD)).status_code == 201
    async with database.transaction() as session:
        person = await session.get_one(Person, login.person_id)
        token = await make_reset_token(Work(session, SYSTEM, world.clock(), world.settings), person)
    body = {"token": token, "new_password": NEW}
    assert (await at("192.0.2.1").post("/v1/password-resets/completion", json=body)).status_code == 204
    assert (await _log_in(at("192.0.2.2"), login.email, NEW)).status_code == 429
    assert (await _log_in(at("192.0.2.1"), login.email, NEW)).status_code == 201
    # Half an hour later there is one more guess for strangers.
    clock.move(timedelta(minutes=30))
    assert [(await _log_in(at(host), login.email, "wrong")).status_code for host in ("192.0.2.3", "192.0.2.4")] == [
        *(401, 429)
    ]


async def test_an_unknown_address_is_refused_after_as_many(at: At) -> None:
    assert await _guess(at, "nobody@example.com", 54) == [401] * 50 + [429] * 4


async def test_parallel_guesses_from_one_network_get_no_more(world: World, at: At) -> None:
    login = (await world.centre()).user
    answers = await asyncio.gather(*(_log_in(at("198.51.100.1"), login.email, "wrong") for _ in range(25)))
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 15


async def test_no_more_passwords_are_verified_than_may_fail(
    world: World, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many come at once: a log-in that was counted only once it had failed would be judged, all the same."""
    login = (await world.centre()).user
    judged: list[str] = []

    async def verify(known: str | None, password: str) -> bool:
        judged.append(password)
        return await verify_password(known, password)

    monkeypatch.setattr("app.services.sessions.sessions.verify_password", verify)
    client = at("198.51.100.1")
    answers = await asyncio.gather(*(_log_in(client, login.email, f"wrong {number}") for number in range(20)))
    assert [answer.status_code for answer in answers].count(429) == 10
    assert len(judged) == 10


async def test_what_is_refused_unjudged_is_no_guess_at_the_account(world: World, at: At) -> None:
    """One network cannot use up in a minute what strangers may try in a day."""
    login = (await world.centre()).user
    answers = await asyncio.gather(*(_log_in(at("198.51.100.1"), login.email, "wrong") for _ in range(60)))
    assert [answer.status_code for answer in answers].count(401) == 10
    assert (await _log_in(at("192.0.2.1"), login.email, PASSWORD)).status_code == 201
    assert await _guess(at, login.email, 50) == [401] * 40 + [429] * 10


async def test_right_passwords_do_not_count(world: World, at: At) -> None:
    """Many of a centre's people share a network, and one person signs in often."""
    login = (await world.centre()).user
    for number in range(12):
        assert (await _log_in(at(f"198.51.100.{number % 2}"), login.email, PASSWORD)).status_code == 201
    assert await _guess(at, login.email, 52) == [401] * 50 + [429] * 2


async def test_the_wrong_current_password_is_throttled_even_in_parallel(world: World, at: At) -> None:
    login = (await world.centre()).user
    client = at("198.51.100.1")

    async def change(current: str) -> httpx.Response:
        body = {"current_password": current, "new_password": NEW}
        return await client.put("/v1/me/password", json=body, headers=login.headers)

    answers = await asyncio.gather(*(change("wrong") for _ in range(15)))
    assert sorted(answer.status_code for answer in answers) == [422] * 10 + [429] * 5
    assert (await change(PASSWORD)).status_code == 429


async def test_the_right_current_password_does_not_count_whatever_the_new_one_is(world: World, at: At) -> None:
    """Choosing a password takes some people many attempts."""
    login, client = (await world.centre()).user, at("198.51.100.1")
    weak = {"current_password": PASSWORD, "new_password": "1qaz2wsx3edc4rfv"}
    codes = [(await client.put("/v1/me/password", json=weak, headers=login.headers)).status_code for _ in range(12)]
    assert codes == [422] * 12
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert (await client.put("/v1/me/password", json=body, headers=login.headers)).status_code == 200


async def test_the_last_attempt_is_marked_among_the_security_events(world: World, at: At) -> None:
    admin, login = await world.staff(StaffRole.ADMINISTRATOR), (await world.centre()).user
    for _ in range(11):
        await _log_in(at("198.51.100.1"), login.email, "wrong")
    query = {"kind": "log_in", "outcome": "failure", "person_id": str(login.person_id)}
    found = (await world.client.get("/v1/security-events", params=query, headers=admin.headers)).json()["items"]
    assert [event["detail"] for event in found] == [{"last_attempt": True}, *[{}] * 9]
