"""Security events of passwords and sessions: each is of its own kind."""

from datetime import timedelta
from typing import Any

import httpx

from app.database import Work
from app.domain.actors import SYSTEM, StaffRole
from app.letters.secrets import make_reset_token
from app.models import Person
from tests.clock import MovableClock
from tests.world import PASSWORD, Login, World

NEW = "another-Long-phrase-77"


async def _events(world: World, login: Login) -> list[tuple[str, str, dict[str, Any]]]:
    """Kind, outcome and detail of what concerns the person, the oldest first."""
    admin = await world.staff(StaffRole.ADMINISTRATOR)
    query: dict[str, str | int] = {"person_id": str(login.person_id), "limit": 100}
    answer = await world.client.get("/v1/security-events", params=query, headers=admin.headers)
    return [(event["kind"], event["outcome"], event["detail"]) for event in reversed(answer.json()["items"])]


async def test_a_reset_is_recorded_when_it_is_asked_for_and_when_it_is_done(
    world: World, client: httpx.AsyncClient
) -> None:
    login = (await world.centre()).user
    before = len(await _events(world, login))
    assert (await client.post("/v1/password-resets", json={"email": login.email})).status_code == 202
    async with world.database.transaction() as session:
        person = await session.get_one(Person, login.person_id)
        token = await make_reset_token(Work(session, SYSTEM, world.clock(), world.settings), person)
    body = {"token": token, "new_password": NEW}
    assert (await client.post("/v1/password-resets/completion", json=body)).status_code == 204
    assert (await _events(world, login))[before:] == [
        ("password_reset_requested", "success", {}),
        ("password_reset", "success", {}),
    ]


async def test_a_request_for_an_unknown_address_is_recorded_without_it(world: World, client: httpx.AsyncClient) -> None:
    admin = await world.staff(StaffRole.ADMINISTRATOR)
    assert (await client.post("/v1/password-resets", json={"email": "nobody@example.com"})).status_code == 202
    query = {"kind": "password_reset_requested"}
    (event,) = (await client.get("/v1/security-events", params=query, headers=admin.headers)).json()["items"]
    assert (event["person_id"], event["detail"]) == (None, {})
    assert event["address"] is not None
    assert "nobody" not in str(event)


async def test_ending_sessions_is_recorded(world: World, client: httpx.AsyncClient) -> None:
    login = (await world.centre()).user
    ids = [
        (await client.post("/v1/sessions", json={"email": login.email, "password": PASSWORD})).json()["session_id"]
        for _ in range(2)
    ]
    before = len(await _events(world, login))
    for _ in range(2):
        assert (await client.delete(f"/v1/sessions/{ids[0]}", headers=login.headers)).status_code == 204
    for _ in range(2):
        assert (await client.delete("/v1/sessions", headers=login.headers)).status_code == 204
    assert (await client.delete("/v1/sessions/current", headers=login.headers)).status_code == 204
    assert (await _events(world, login))[before:] == [
        ("session_ended", "success", {"session_id": ids[0]}),
        ("session_ended", "success", {"sessions": 1}),
        ("log_out", "success", {}),
    ]


async def test_an_expired_first_password_is_a_refused_log_in(
    world: World, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    login = (await world.centre()).user
    async with world.database.transaction() as session:
        person = await session.get_one(Person, login.person_id)
        person.password_changed_at, person.first_password_expires_at = None, world.clock()
    clock.move(timedelta(minutes=1))
    answer = await client.post("/v1/sessions", json={"email": login.email, "password": PASSWORD})
    assert answer.json()["code"] == "first_password_expired"
    assert (await _events(world, login))[-1] == ("log_in", "failure", {"reason": "first password expired"})
