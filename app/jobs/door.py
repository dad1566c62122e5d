"""A worker's own small HTTP door: is it alive, can it work, what has it counted. Each answer takes at most two seconds.

It serves operators' tools only, so it has none of what the API's door keeps strangers off with.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from time import monotonic

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uuid_utils.compat import uuid7

from app.domain.refusals.base import Refusal
from app.http.access import require_operator
from app.http.problems import problem
from app.jobs.means import Means
from app.metrics import MEDIA_TYPE, Metrics, Reading
from app.services.operations.probes import ReadinessProbe, show_metrics

# Longer than the worker waits for a database that does not answer, and than it takes to stop.
_ALIVE_SECONDS = 60.0
_READ_SECONDS = 1.5
_LAST_ANSWERS_SECONDS = 1
_UNSTORED = {"Cache-Control": "no-store"}

Answer = Callable[[Request], Awaitable[Response]]


@dataclass
class Pulse:
    """When the worker last asked the queue for jobs, or tried to reach it."""

    at: float = field(default_factory=monotonic)

    def beat(self) -> None:
        """Ask now."""
        self.at = monotonic()

    @property
    def seconds(self) -> float:
        """How long ago that was."""
        return monotonic() - self.at


class Door:
    """What the door shows of a worker."""

    def __init__(self, means: Means, pulse: Pulse, readings: Callable[[], Iterable[Reading]]) -> None:
        self._means = means
        self._pulse = pulse
        self._readings = readings
        self._metrics = Metrics()
        self.probe = ReadinessProbe(means.database, means.store)

    def app(self) -> Starlette:
        """The three addresses."""
        answers = {"/livez": self._livez, "/readyz": self._readyz, "/metrics": self._show_metrics}
        return Starlette(routes=[Route(path, _refusing(answer)) for path, answer in answers.items()])

    async def _livez(self, _: Request) -> Response:
        alive = self._pulse.seconds < _ALIVE_SECONDS
        return JSONResponse({"status": "alive" if alive else "stuck"}, 200 if alive else 503, _UNSTORED)

    async def _readyz(self, _: Request) -> Response:
        return JSONResponse((await self.probe.require_ready()).model_dump(), headers=_UNSTORED)

    async def _show_metrics(self, request: Request) -> Response:
        require_operator(request, self._means.settings.metrics_token)
        readings = [*self._readings(), Reading("queue_asked_seconds", self._pulse.seconds)]
        shown = await show_metrics(self._means.database, self._metrics, readings, within=_READ_SECONDS)
        return Response(shown, media_type=MEDIA_TYPE, headers=_UNSTORED)


def _refusing(answer: Answer) -> Answer:
    async def answered(request: Request) -> Response:
        try:
            return await answer(request)
        except Refusal as refusal:
            return problem(str(uuid7()), refusal, _UNSTORED)

    return answered


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # They are the worker's.
        yield


@contextlib.asynccontextmanager
async def serving(door: Door, listener: socket.socket | None) -> AsyncIterator[None]:
    """Answer on the listener, if there is one, during the block."""
    if listener is None:
        yield
        return
    config = uvicorn.Config(
        door.app(),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
    )
    server = _Server(config)
    answering = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await answering
