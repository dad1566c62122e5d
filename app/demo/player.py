"""Plays the story's acts over HTTP: each step is a request of the caller who has its part."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from app.demo.client import Caller
from app.domain.json_values import JsonObject
from app.services.story.script import Act, Part, Scene, Step


def real_time() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class HttpPlayer:
    """Takes each step as the caller who plays its part."""

    cast: dict[Part, Caller]
    scene: Scene
    clock: Callable[[], datetime] = real_time

    def play(self, *acts: Act) -> None:
        """Play acts, one after the other. Raises `DemoFailed` when a step is refused."""
        for act in acts:
            self.scene.now = self.clock()
            script = act(self.scene)
            with suppress(StopIteration):
                step = next(script)
                while True:
                    step = script.send(self._take(step))

    def _take(self, step: Step) -> JsonObject:
        ids = self.scene.ids | dict(step.ids)
        operation, caller = step.operation, self.cast[step.part]
        path = operation.path.format_map(ids)
        if operation.method == "GET":
            return caller.get(path).body
        match = operation.match.format_map(ids) if operation.match else None
        if step.file is not None:
            return caller.upload(operation.method, path, step.file, note=step.body["note"], on=match).body
        return caller.change(operation.method, path, step.body, on=match, etag=step.etag).body
