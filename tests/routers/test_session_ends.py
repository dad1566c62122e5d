"""When a session ends: by itself, by its owner, or by a refresh token that is used twice (R06)."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from app.domain.actors import StaffRole
from app.services.sessions.sessions import REFRESH_GRACE
from tests.clock import MovableClock
from tests.world import PASSWORD, World


async def _sign_in(client: httpx.AsyncClient, email: str) -> dict[str, str]:
    answer = await client.post("/v1/sessions", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found


async def _refresh(client: httpx.AsyncClient, tokens: dict[str, str]) -> httpx.Response:
    return await client.post("/v1/sessions/refresh", json={"refresh_token": tokens["refresh_token"]})


async def _is_open(client: httpx.AsyncClient, tokens: dict[str, str]) -> bool:
    answer = await client.get("/v1/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    return answer.status_code == 200


async def test_two_tabs_that_refresh_at_once_stay_signed_in(world: World, client: httpx.AsyncClient) -> None:
    centre = await world.centre()
    opened = await _sign_in(client, centre.user.email)
    answers = await asyncio.gather(*(_refresh(client, opened) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    for answer in answers:
        assert await _is_open(client, answer.json())
        assert (await _refresh(client, answer.json())).status_code == 200


async def test_a_refresh_token_used_again_later_ends_the_session(
    world: World, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    """RFC 9700: one of the two users is a thief, so the session ends for both."""
    centre = await world.centre()
    opened = await _sign_in(client, centre.user.email)
    honest = (await _refresh(client, opened)).json()
    clock.move(REFRESH_GRACE)
    assert (await _refresh(client, opened)).status_code == 200
    clock.move(timedelta(seconds=1))
    late = await _refresh(client, opened)
    assert (late.status_code, late.json()["code"]) == (401, "refresh_token_reused")
    assert not await _is_open(client, honest)
    assert (await _refresh(client, honest)).json()["code"] == "refresh_token_not_valid"


@pytest.mark.parametrize(("who", "lifetime"), [("staff", timedelta(hours=12)), ("centre", timedelta(days=30))])
async def test_a_busy_session_ends_too(
    world: World, client: httpx.AsyncClient, clock: MovableClock, who: str, lifetime: timedelta
) -> None:
    login = await world.staff(StaffRole.FINANCE, new=True) if who == "staff" else (await world.centre()).user
    begun = clock()
    tokens = await _sign_in(client, login.email)
    ends_at = (begun + lifetime).isoformat().replace("+00:00", "Z")
    for _ in range(11):
        assert tokens["session_ends_at"] == ends_at
        assert tokens["session_expires_at"] <= ends_at
        clock.move(lifetime / 12)
        refreshed = await _refresh(client, tokens)
        assert refreshed.status_code == 200
        tokens = refreshed.json()
    clock.move(begun + lifetime - clock() - timedelta(seconds=1))
    tokens = (await _refresh(client, tokens)).json()
    assert await _is_open(client, tokens)
    clock.move(timedelta(seconds=1))
    assert not await _is_open(client, tokens)
    assert (await _refresh(client, tokens)).json()["code"] == "refresh_token_not_valid"


@pytest.mark.parametrize(("who", "idle"), [("staff", timedelta(minutes=120)), ("centre", timedelta(days=14))])
async def test_an_idle_session_ends(
    world: World, client: httpx.AsyncClient, clock: MovableClock, who: str, idle: timedelta
) -> None:
    login = await world.staff(StaffRole.FINANCE, new=True) if who == "staff" else (await world.centre()).user
    tokens = await _sign_in(client, login.email)
    clock.move(idle - timedelta(seconds=1))
    tokens = (await _refresh(client, tokens)).json()
    clock.move(idle)
    assert (await _refresh(client, tokens)).json()["code"] == "refresh_token_not_valid"


async def test_an_access_token_never_outlives_its_session(
    world: World, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    staff = await world.staff(StaffRole.FINANCE, new=True)
    tokens = await _sign_in(client, staff.email)
    for _ in range(7):
        clock.move(timedelta(minutes=100))
        tokens = (await _refresh(client, tokens)).json()
    clock.move(timedelta(minutes=15))
    tokens = (await _refresh(client, tokens)).json()
    assert tokens["expires_in"] == 5 * 60


async def test_signing_out_everywhere_else(world: World, client: httpx.AsyncClient) -> None:
    centre = await world.centre()
    one, two, here = [await _sign_in(client, centre.user.email) for _ in range(3)]
    headers = {"Authorization": f"Bearer {here['access_token']}"}
    for _ in range(2):
        assert (await client.delete("/v1/sessions", headers=headers)).status_code == 204
    assert [await _is_open(client, tokens) for tokens in (one, two, here)] == [False, False, True]
    assert (await _refresh(client, one)).status_code == 401
    listed = (await client.get("/v1/sessions", headers=headers)).json()["items"]
    assert [found["current"] for found in listed] == [True]
    assert listed[0]["ends_at"] == here["session_ends_at"]
    other = await _sign_in(client, centre.super_user.email)
    assert await _is_open(client, other)
