"""Plays acts through the services, in the transaction of whoever asked for them."""

from contextlib import suppress
from dataclasses import dataclass, replace

from app.database import Work
from app.domain.actors import Actor
from app.domain.json_values import JsonObject
from app.integrations.storage import DocumentStore
from app.services.story.script import Act, Call, Part, Scene, Step


@dataclass(frozen=True)
class ServicesPlayer:
    """Takes each step as the actor who plays its part, at the time of the scene."""

    work: Work
    store: DocumentStore
    cast: dict[Part, Actor]
    scene: Scene

    def __post_init__(self) -> None:
        self.work.session.unbroken = True

    async def play(self, *acts: Act) -> None:
        """Play acts, one after the other. Raises what the services raise."""
        for act in acts:
            script = act(self.scene)
            with suppress(StopIteration):
                step = next(script)
                while True:
                    step = script.send(await self._take(step))

    async def _take(self, step: Step) -> JsonObject:
        work = replace(self.work, actor=self.cast[step.part], now=self.scene.now)
        call = Call(work, self.store, step.body, self.scene.ids | dict(step.ids), step.file)
        return (await step.operation.serve(call)).model_dump(mode="json")
