"""The signing key is rotated without logging anybody out, or at once where the old one is stolen."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.database import Database
from app.domain.actors import StaffRole
from app.main import attach
from app.security.keys import UnsafeSettings
from app.settings import Settings
from tests.clock import MovableClock
from tests.world import World

_NEW = SecretStr("a new key for tests that is long enough")


async def test_tokens_of_the_previous_key_are_accepted_until_they_expire(
    client: httpx.AsyncClient,
    app: FastAPI,
    settings: Settings,
    database: Database,
    clock: MovableClock,
    world: World,
) -> None:
    login = await world.staff(StaffRole.FINANCE)

    async def status(headers: dict[str, str]) -> int:
        return (await client.get("/v1/me", headers=headers)).status_code

    assert await status(login.headers) == 200
    stolen = settings.model_copy(update={"secret_key": _NEW})
    attach(app, stolen, database, clock)
    assert await status(login.headers) == 401
    rotating = stolen.model_copy(update={"secret_key_previous": settings.secret_key})
    attach(app, rotating, database, clock)
    assert await status(login.headers) == 200
    world.settings = rotating
    newer = await world.staff(StaffRole.FINANCE, new=True)
    assert await status(newer.headers) == 200
    attach(app, stolen, database, clock)
    assert (await status(newer.headers), await status(login.headers)) == (200, 401)
    attach(app, rotating, database, clock)
    clock.move(timedelta(minutes=settings.access_token_minutes))
    assert await status(login.headers) == 401


async def test_a_short_previous_key_is_refused(
    app: FastAPI, settings: Settings, database: Database, clock: MovableClock
) -> None:
    with pytest.raises(UnsafeSettings, match="SECRET_KEY_PREVIOUS must have at least 32 characters"):
        attach(app, settings.model_copy(update={"secret_key_previous": SecretStr("short")}), database, clock)
