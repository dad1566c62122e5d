"""The app with the sandbox on, and a sandbox database."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.database import Database
from app.main import attach
from app.services.sandbox.purpose import require_purpose
from app.settings import Settings
from tests.clock import MovableClock
from tests.world import World


@dataclass
class Sandbox:
    """Sandbox calls that must succeed, and the world."""

    client: httpx.AsyncClient
    world: World

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.client.post(f"/v1/sandbox/{path}", json=body)
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json() if answer.content else {}
        return made

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = await self.client.get(f"/v1/sandbox/{path}", params=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def application(self, state: str, **more: Any) -> dict[str, Any]:
        return await self.post("applications", state=state, **more)

    async def sign_in(self, log_in: dict[str, Any]) -> dict[str, str]:
        """Sign in with the log-in details from a response; return the headers."""
        body = {"email": log_in["email"], "password": log_in["password"]}
        answer = await self.client.post("/v1/sessions", json=body)
        assert answer.status_code == 201, answer.text
        assert answer.json()["must_change_password"] is False
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def read(self, path: str, log_in: dict[str, Any]) -> dict[str, Any]:
        """Read the path as the given person."""
        answer = await self.client.get(path, headers=await self.sign_in(log_in))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def sandbox(
    client: httpx.AsyncClient, app: FastAPI, database: Database, settings: Settings, clock: MovableClock, world: World
) -> Sandbox:
    switched_on = settings.model_copy(update={"sandbox": True})
    await require_purpose(database, switched_on, clock)
    attach(app, switched_on, database, clock)
    await world.agreement()
    return Sandbox(client, world)
