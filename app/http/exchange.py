"""The two objects that requests share: the deployment that serves them, and the exchange of one request and answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from app.clock import Clock
from app.database import Database, Work
from app.domain.actors import Actor
from app.http.addresses import Addresses
from app.integrations.storage import DocumentStore
from app.metrics import Metrics
from app.security.cursors import CursorSeal
from app.services.operations.probes import ReadinessProbe
from app.settings import Settings


@dataclass(frozen=True)
class Deployment:
    """What the requests of one app work with."""

    settings: Settings
    database: Database
    clock: Clock
    signing_key: str
    store: DocumentStore
    metrics: Metrics
    settle: Callable[[], Awaitable[None]]
    """Run what is due and wait for it, for the callers of a sandbox."""
    addresses: Addresses
    readiness: ReadinessProbe
    cursors: CursorSeal
    previous_key: str | None = None
    """Signs nothing: access tokens that it signed are accepted until they expire."""


@dataclass
class Exchange:
    """One request and its answer; the route fills in what it learns on the way."""

    deployment: Deployment
    request_id: str
    is_head: bool = False
    """Asked with HEAD: answered as GET, without the body."""
    actor: Actor | None = None
    """The principal behind the token, as the database has it now; None without a valid one."""
    deadline: asyncio.Timeout | None = None
    """Until when the request must be answered."""
    left: bool = False
    """The client went away, and nobody waits for the answer."""
    work: Work | None = None
    target: object = None
    """The object that the access's loader found."""
    status: int = 0
    """Of the answer, once it has begun to leave."""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Headers of every answer to this request, refusals and faults included."""

    def add_headers(self, headers: Mapping[str, str]) -> None:
        """Have every answer to this request carry the headers."""
        self.headers += ((name.lower().encode(), value.encode()) for name, value in headers.items())


def deployment_of(app: Starlette) -> Deployment:
    """The deployment that `main.attach` gave the app."""
    deployment: Deployment = app.state.deployment
    return deployment


def exchange_of(request: HTTPConnection) -> Exchange:
    """The exchange that the middleware began."""
    exchange: Exchange = request.scope["state"]["exchange"]
    return exchange


def joined_header(request: HTTPConnection, name: str) -> str:
    """A header's lines as one list (RFC 9110 section 5.3), so that a repeated header is not half overlooked."""
    wanted = name.encode()
    return ", ".join([value.decode("latin-1") for given, value in request.scope["headers"] if given == wanted])
