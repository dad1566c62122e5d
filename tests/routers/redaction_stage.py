"""Uploads that should never have been there, and their removal."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.domain.workflow import Status
from app.models import Email, Event
from tests.integrations.file_samples import rtf
from tests.world import Login, TestCentre, World

PATH = "/v1/file-redactions"
WHY = {"reason": "personal_data", "explanation": "It lists learners with their dates of birth."}
SECRET = rtf() + b"\n"


@dataclass
class Uploads:
    """An application with two versions of a policy, of which the second should never have been there."""

    world: World
    centre: TestCentre
    application: dict[str, Any]
    key: str = "appeals"

    @property
    def policy_path(self) -> str:
        return f"/v1/applications/{self.application['id']}/policies/{self.key}"

    async def policy(self) -> dict[str, Any]:
        return await self.world.get(self.policy_path, self.centre.user)

    async def versions(self) -> list[dict[str, Any]]:
        page = await self.world.get(f"{self.policy_path}/versions", self.centre.user)
        found: list[dict[str, Any]] = page["items"]
        return found

    async def remove(
        self, login: Login, number: int = 2, match: str | None = None, **more: Any
    ) -> tuple[int, dict[str, Any]]:
        tag = match or (await self.policy())["etag"]
        headers = login.headers | {"If-Match": tag} | more.pop("headers", {})
        answer = await self.world.client.post(
            f"{self.policy_path}/versions/{number}/removal", json=more.pop("body", WHY), headers=headers
        )
        return answer.status_code, answer.json()

    async def stored(self) -> set[Path]:
        folder = self.world.settings.data_dir / "documents" / "policies"
        return {path for path in folder.rglob("*") if path.is_file()}


async def draft_with_secret(world: World) -> Uploads:
    """A draft whose second version of a policy should never have been there."""
    centre = await world.centre()
    found = Uploads(world, centre, await world.draft(centre))
    await world.upload(centre.user, found.application["id"], "appeals", rtf())
    await world.upload(centre.user, found.application["id"], "appeals", SECRET)
    return found


async def accepted_uploads(world: World) -> Uploads:
    """An accepted application with all that it was submitted with."""
    centre = await world.centre()
    return Uploads(world, centre, await world.application(centre, Status.ACCEPTED))


async def redact(world: World, by: Login, kind: str, id_: str, **more: Any) -> tuple[int, dict[str, Any]]:
    answer = await world.client.post(PATH, json={"file_kind": kind, "file_id": id_} | WHY | more, headers=by.headers)
    return answer.status_code, answer.json()


async def settle(world: World, by: Login, id_: str, what: str = "confirmation") -> tuple[int, dict[str, Any]]:
    answer = await world.client.post(f"{PATH}/{id_}/{what}", headers=by.headers)
    return answer.status_code, answer.json()


async def events(world: World, *types: str) -> list[Event]:
    async with world.database.transaction() as session:
        rows = await session.scalars(select(Event).where(Event.type.in_(types)).order_by(Event.id))
        return list(rows.all())


async def letters(world: World, kind: str) -> list[Any]:
    async with world.database.transaction() as session:
        return list((await session.scalars(select(Email.kind).where(Email.kind == kind))).all())
