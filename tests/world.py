"""Staff, centres and applications in any state, created for a test by the story's acts through the services."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.database import Work
from app.domain.actors import PUBLIC, SYSTEM, Actor, ActorKind, CentreRole, StaffRole
from app.domain.policies import PolicyKey
from app.domain.sandbox import SandboxState
from app.domain.workflow import Status
from app.services.story import centre as centres_part
from app.services.story import staff as staffs_part
from app.services.story.player import ServicesPlayer
from app.services.story.script import Act, Part, Scene
from app.services.story.ways import WAYS
from tests.integrations.file_samples import rtf
from tests.staging import PASSWORD, Login, Staging, TestCentre

__all__ = ["PASSWORD", "Login", "TestCentre", "World"]

_STAFF = (
    StaffRole.CUSTOMER_EXPERIENCE,
    StaffRole.FINANCE,
    StaffRole.CENTRE_LEAD,
    StaffRole.QUALITY_ASSURANCE_MANAGER,
)


@dataclass
class World(Staging):
    """Play the story's acts with the test's people."""

    _scenes: dict[str, Scene] = field(default_factory=dict)

    async def draft(self, centre: TestCentre) -> dict[str, Any]:
        """Start an application."""
        scene = Scene(centre.run, self.clock(), pause=timedelta(minutes=1), ids={"centre": str(centre.id)})
        await self._play(centre, scene, centres_part.start)
        id_ = scene.ids["application"]
        self._scenes[id_] = scene
        return await self.get(f"/v1/applications/{id_}", centre.user)

    async def ready(self, centre: TestCentre) -> dict[str, Any]:
        """Complete a draft so that it can be submitted."""
        return await self._bring(centre, SandboxState.READY_TO_SUBMIT)

    async def application(self, centre: TestCentre, status: Status = Status.DRAFT) -> dict[str, Any]:
        """Bring an application to a status through the acts that lead there."""
        found = await self._bring(centre, SandboxState(status.value))
        assert found["status"] == status.value, found
        return found

    async def _bring(self, centre: TestCentre, state: SandboxState) -> dict[str, Any]:
        draft = await self.draft(centre)
        await self.play(centre, draft["id"], *WAYS[state][1:])
        return await self.get(f"/v1/applications/{draft['id']}", centre.super_user)

    async def play(self, centre: TestCentre, application_id: str | UUID, *acts: Act) -> None:
        """Play acts on an application of the centre. The clock moves only so that the interview can begin."""
        id_ = str(application_id)
        ids = {"centre": str(centre.id), "application": id_}
        scene = self._scenes.setdefault(id_, Scene(centre.run, self.clock(), ids=ids))
        for act in acts:
            if act is centres_part.fill_in:
                await self._publish_agreement(centre, id_)
            if act is staffs_part.hold_interview:
                self.clock.move(2 * scene.pause)
            scene.now = self.clock()
            await self._play(centre, scene, act)

    async def _publish_agreement(self, centre: TestCentre, application_id: str) -> None:
        current = await self.get(f"/v1/applications/{application_id}/agreement", centre.super_user)
        if current["agreement"] is None:
            await self.agreement()

    async def _play(self, centre: TestCentre, scene: Scene, act: Act) -> None:
        cast = await self._cast(centre)
        scene.ids["centre_lead"] = str(cast[Part.CENTRE_LEAD].id)
        async with self.database.transaction() as session:
            work = Work(session, SYSTEM, scene.now, self.settings)
            await ServicesPlayer(work, self.store, cast, scene).play(act)

    async def _cast(self, centre: TestCentre) -> dict[Part, Actor]:
        cast = {
            Part.APPLICANT: PUBLIC,
            Part.SUPER_USER: _centre_user(centre, centre.super_user, CentreRole.SUPER_USER),
            Part.USER: _centre_user(centre, centre.user, CentreRole.USER),
        }
        for role in _STAFF:
            login = await self.staff(role)
            cast[Part(role.value)] = Actor(
                ActorKind.PERSON, login.id, login.name, login.email, staff_roles=frozenset({role})
            )
        return cast

    async def upload(
        self, login: Login, application_id: str, key: PolicyKey | str, content: bytes | None = None
    ) -> dict[str, Any]:
        """Upload a policy."""
        address = f"/v1/applications/{application_id}/policies/{key}"
        file = {"file": (f"{key}.rtf", content or rtf(), "application/rtf")}
        return await self.post(address, None, login, match=address, method="PUT", files=file)

    async def step(self, login: Login, application_id: str, part: str, body: Any, **more: Any) -> dict[str, Any]:
        """Take a step on an application over HTTP, with its ETag."""
        address = f"/v1/applications/{application_id}"
        return await self.post(f"{address}/{part}", body, login, match=address, **more)


def _centre_user(centre: TestCentre, login: Login, role: CentreRole) -> Actor:
    return Actor(ActorKind.PERSON, login.id, login.name, login.email, memberships={centre.id: role})
