"""A policy that a centre has uploaded, and the file behind it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.models import PolicyVersion
from app.settings import Settings
from tests.staging import Login
from tests.world import World


@dataclass(frozen=True)
class Uploaded:
    """A version of a policy, as the API shows it, and its file in the store."""

    version: dict[str, Any]
    login: Login
    key: str
    file: Path


@pytest.fixture
async def uploaded(world: World, settings: Settings) -> Uploaded:
    return await upload(world, settings)


async def upload(world: World, settings: Settings, content: bytes | None = None) -> Uploaded:
    """Upload a policy of a new application."""
    centre = await world.centre()
    draft = await world.draft(centre)
    policy = await world.upload(centre.user, draft["id"], "appeals", content)
    async with world.database.transaction() as session:
        row = await session.get(PolicyVersion, policy["current_version"]["id"])
        assert row is not None
        key = row.storage_key
    return Uploaded(policy["current_version"], centre.user, key, settings.data_dir / "documents" / key)
