"""An application that its centre leaves alone, and customer experience, who close it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from app.domain.actors import StaffRole
from app.domain.workflow import Status
from app.models import Person
from tests.world import Login, TestCentre, World

REASON = {"reason": "Nobody has worked on it since spring."}
IDLE, WARNING, REOPEN = timedelta(days=28), timedelta(days=14), timedelta(days=90)


@dataclass
class Left:
    """An abandoned application, its people, and helpers that take steps on it."""

    world: World
    centre: TestCentre
    id: str
    staff: Login
    finance: Login

    @property
    def path(self) -> str:
        return f"/v1/applications/{self.id}"

    async def wait(self, by: timedelta) -> None:
        """Let time pass, and sign everybody in again."""
        self.world.clock.move(by)
        for login in (self.staff, self.finance, self.centre.super_user, self.centre.user):
            async with self.world.database.transaction() as session:
                person = await session.get_one(Person, login.id)
            login.headers = (await self.world.log_in(person)).headers

    async def send(
        self, part: str, body: Any = REASON, login: Login | None = None, match: str | None = None
    ) -> httpx.Response:
        """POST as customer experience with the current ETag, or as somebody else, or with `match`."""
        caller = login or self.staff
        tag = match or (await self.read())["etag"]
        headers = {**caller.headers, "If-Match": tag}
        return await self.world.client.post(f"{self.path}/{part}", json=body, headers=headers)

    async def read(self, login: Login | None = None) -> dict[str, Any]:
        return await self.world.get(self.path, login or self.staff)

    async def warned(self) -> dict[str, Any]:
        """Warn, and let the time of the warning pass."""
        answer = await self.send("closing-warning")
        assert answer.status_code == 200, answer.text
        await self.wait(WARNING)
        return await self.read()

    async def closed(self) -> dict[str, Any]:
        """Warn, wait and close."""
        await self.warned()
        answer = await self.send("closure")
        assert answer.status_code == 200, answer.text
        closed: dict[str, Any] = answer.json()
        return closed


async def left(world: World, status: Status = Status.DRAFT, *, idle: timedelta = IDLE) -> Left:
    """An application in this status, that nobody has worked on for a while."""
    centre = await world.centre()
    application = await world.application(centre, status)
    staff = await world.staff(StaffRole.CUSTOMER_EXPERIENCE)
    found = Left(world, centre, application["id"], staff, await world.staff(StaffRole.FINANCE))
    await found.wait(idle)
    return found
