"""Two secrets during rotation, each with its end, its last use and its revocation."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.domain.actors import StaffRole
from app.models import ClientSecretUse, IntegrationClient
from app.services.integration_clients.secrets import valid_secrets
from tests.clock import MovableClock
from tests.races import race
from tests.world import Login, World

_ADDRESS = "/v1/integration-clients"


class System:
    """An integration client, and the administrator who manages it."""

    def __init__(self, world: World, administrator: Login, made: dict[str, Any]) -> None:
        self.world, self.administrator = world, administrator
        self.id, self.secret = made["id"], made["client_secret"]
        self.address = f"{_ADDRESS}/{self.id}"

    async def rotate(self, query: str = "") -> str:
        """Rotate the secret, and return the new one."""
        rotated = await self.world.post(f"{self.address}/secret{query}", None, self.administrator, match=self.address)
        return str(rotated["client_secret"])

    async def token(self, secret: str) -> dict[str, str] | None:
        """The headers of a new token; None where the secret is refused."""
        answer = await self.world.client.post(
            "/v1/oauth/token", data={"grant_type": "client_credentials"}, auth=(self.id, secret)
        )
        return {"Authorization": f"Bearer {answer.json()['access_token']}"} if answer.status_code == 200 else None

    async def works(self, headers: dict[str, str] | None) -> bool:
        """True if the token is valid: an operation of others is refused (403) instead of the token (401)."""
        return (await self.world.client.get("/v1/staff", headers=headers)).status_code == 403

    async def secrets(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = (await self.world.get(f"{self.address}/secrets", self.administrator))["items"]
        return listed

    async def revoke(self, number: int) -> httpx.Response:
        return await self.world.client.delete(f"{self.address}/secrets/{number}", headers=self.administrator.headers)


@pytest.fixture
async def system(world: World) -> System:
    administrator = await world.staff(StaffRole.ADMINISTRATOR)
    made = await world.post(_ADDRESS, {"name": "Ledger", "scopes": ["invoices:read"]}, administrator)
    return System(world, administrator, made)


async def test_only_administrators_see_or_revoke_secrets(world: World, system: System) -> None:
    finance, headers = await world.staff(StaffRole.FINANCE), await system.token(system.secret)
    for method, path in (("GET", "secrets"), ("DELETE", "secrets/1")):
        assert (await world.client.request(method, f"{system.address}/{path}")).status_code == 401
        assert (
            await world.client.request(method, f"{system.address}/{path}", headers=finance.headers)
        ).status_code == 403
        assert (await world.client.request(method, f"{system.address}/{path}", headers=headers)).status_code == 404


@pytest.mark.parametrize("hours", ["0", "2161", "1.5", "soon"])
async def test_an_overlap_has_bounds(system: System, hours: str) -> None:
    answer = await system.world.client.post(
        f"{system.address}/secret?old_secret_valid_hours={hours}",
        headers=await system.world.etag(system.address, system.administrator),
    )
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/old_secret_valid_hours"]
    assert len(await system.secrets()) == 1


async def test_a_secret_that_is_not_valid_cannot_be_revoked(system: System) -> None:
    assert (await system.revoke(2)).status_code == 404
    await system.rotate()
    assert (await system.revoke(1)).status_code == 404


async def test_both_secrets_work_until_the_old_one_ends(system: System, clock: MovableClock) -> None:
    old = await system.token(system.secret)
    secret = await system.rotate("?old_secret_valid_hours=1")
    new = await system.token(secret)
    assert await system.works(old)
    assert await system.works(new)
    assert await system.token(system.secret) is not None
    listed = await system.secrets()
    assert [(item["number"], item["current"]) for item in listed] == [(2, True), (1, False)]
    assert listed[0]["valid_until"] is None
    clock.move(timedelta(minutes=55))
    old, new = await system.token(system.secret), await system.token(secret)
    assert await system.works(old)
    clock.move(timedelta(minutes=6))
    # The token itself is nine minutes from its end.
    assert not await system.works(old)
    assert await system.works(new)
    assert await system.token(system.secret) is None
    async with system.world.database.transaction() as session:
        row = await session.get_one(IntegrationClient, system.id)
        assert [each.number for each in valid_secrets(row, clock())] == [2]


async def test_the_old_secret_ends_at_its_second(system: System, clock: MovableClock) -> None:
    """For new tokens and for those that it got, and not a moment before."""
    await system.rotate("?old_secret_valid_hours=1")
    clock.move(timedelta(hours=1, microseconds=-1))
    token = await system.token(system.secret)
    assert await system.works(token)
    clock.move(timedelta(microseconds=1))
    assert not await system.works(token)
    assert await system.token(system.secret) is None


async def test_without_an_overlap_the_old_secret_stops_at_once(system: System) -> None:
    kept = await system.rotate("?old_secret_valid_hours=48")
    old, new = await system.token(system.secret), await system.token(kept)
    await system.rotate()
    assert not await system.works(old)
    assert not await system.works(new)
    assert await system.token(kept) is None


async def test_two_secrets_are_valid_at_most(system: System) -> None:
    second = await system.rotate("?old_secret_valid_hours=48")
    third = await system.rotate("?old_secret_valid_hours=48")
    assert await system.token(system.secret) is None
    assert await system.token(second) is not None
    assert await system.token(third) is not None


async def test_one_secret_is_revoked_with_its_tokens_and_the_other_goes_on(system: System) -> None:
    new_secret = await system.rotate("?old_secret_valid_hours=48")
    old, new = await system.token(system.secret), await system.token(new_secret)
    assert (await system.revoke(2)).status_code == 204
    assert not await system.works(new)
    assert await system.token(new_secret) is None
    assert await system.works(old)
    assert [(item["number"], item["current"], item["valid_until"]) for item in await system.secrets()] == [
        (1, True, None)
    ]
    # The next secret does not get the number of the revoked one, or its tokens would work again.
    third = await system.rotate("?old_secret_valid_hours=1")
    assert [item["number"] for item in await system.secrets()] == [3, 1]
    assert not await system.works(new)
    assert (await system.revoke(1)).status_code == 204
    assert not await system.works(old)
    assert await system.token(third) is not None


async def test_a_client_without_a_secret_waits_for_the_next(system: System) -> None:
    headers = await system.token(system.secret)
    assert (await system.revoke(1)).status_code == 204
    assert (await system.revoke(1)).status_code == 404
    assert not await system.works(headers)
    assert await system.token(system.secret) is None
    assert await system.secrets() == []
    # There is none to keep.
    secret = await system.rotate("?old_secret_valid_hours=48")
    assert len(await system.secrets()) == 1
    assert await system.token(system.secret) is None
    assert await system.works(await system.token(secret))


async def test_last_use_is_kept_per_secret_and_seldom_written(
    world: World, system: System, clock: MovableClock
) -> None:
    headers = await system.token(system.secret)
    assert (await system.secrets())[0]["last_used_at"] is None
    tag = (await world.client.get(system.address, headers=system.administrator.headers)).headers["etag"]
    written: list[str] = []
    for _ in range(4):
        assert await system.works(headers)
        written.append((await system.secrets())[0]["last_used_at"])
        clock.move(timedelta(minutes=2))
    assert len(set(written[:3])) == 1
    assert datetime.fromisoformat(written[3]) - datetime.fromisoformat(written[0]) == timedelta(minutes=6)
    # A use is no change: whoever edits the client goes on with the tag that they have.
    assert tag == (await world.client.get(system.address, headers=system.administrator.headers)).headers["etag"]
    secret = await system.rotate("?old_secret_valid_hours=48")
    assert await system.works(await system.token(secret))
    current, previous = await system.secrets()
    assert previous["last_used_at"] == written[-1]
    assert current["last_used_at"] > previous["last_used_at"]


async def test_whoever_rotates_last_is_told(system: System) -> None:
    """Two administrators rotate at once: one secret is made, and the loser is told to look again."""
    headers = await system.world.etag(system.address, system.administrator)
    lock = f"SELECT 1 FROM integration_clients WHERE id = '{system.id}' FOR UPDATE"
    path = f"{system.address}/secret?old_secret_valid_hours=1"
    answers = await race(
        system.world.database, lock, *(system.world.client.post(path, headers=headers) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 412]
    assert [item["number"] for item in await system.secrets()] == [2, 1]


async def test_a_call_does_not_wait_for_a_change_of_the_client(world: World, system: System) -> None:
    headers = await system.token(system.secret)
    async with world.database.transaction() as session:
        await session.scalars(select(IntegrationClient).where(IntegrationClient.id == system.id).with_for_update())
        async with asyncio.timeout(3):
            assert await system.works(headers)
    assert (await system.secrets())[0]["last_used_at"] is not None


async def test_calls_at_once_do_not_wait_to_keep_the_last_use(
    world: World, system: System, clock: MovableClock
) -> None:
    headers = await system.token(system.secret)
    assert await system.works(headers)
    kept = (await system.secrets())[0]["last_used_at"]
    clock.move(timedelta(minutes=6))
    async with world.database.transaction() as session:
        await session.scalars(select(ClientSecretUse).with_for_update())
        async with asyncio.timeout(3):
            assert await system.works(headers)
    assert (await system.secrets())[0]["last_used_at"] == kept
    assert await system.works(headers)
    assert (await system.secrets())[0]["last_used_at"] > kept
