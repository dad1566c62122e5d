"""The two objects that requests share: the deployment that serves them, and the exchange of one request and answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from fastapi.routing import RouteContext, iter_route_contexts
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import Match
from starlette.types import Scope

from app.clock import Clock
from app.database import Database, Work
from app.domain.actors import Actor
from app.integrations.storage import DocumentStore
from app.metrics import Metrics
from app.settings import Settings


@dataclass(frozen=True)
class Addresses:
    """The app's routes. `literal` holds the paths without a parameter, which win over every pattern."""

    routes: tuple[RouteContext, ...]
    literal: frozenset[str]

    @classmethod
    def of(cls, app: Starlette) -> "Addresses":
        """Read them off the app, once all its routers are included."""
        routes = tuple(context for context in iter_route_contexts(app.routes) if context.methods)
        return cls(routes, frozenset(route.path for route in routes if route.path and "{" not in route.path))

    def methods_at(self, scope: Scope) -> list[str]:
        """Every method that some route takes at the address; the framework would name the first route's only."""
        path = scope["path"]
        if path in self.literal:
            routes = [route for route in self.routes if route.path == path]
        else:
            any_method = {**scope, "method": "*", "path_params": {}}
            routes = [route for route in self.routes if route.matches(any_method)[0] is not Match.NONE]
        methods = {method for route in routes for method in route.methods or ()}
        return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


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
    work: Work | None = None
    target: object = None
    """The object that the access's loader found."""
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
    exchange: Exchange = request.state.exchange
    return exchange


def joined_header(request: HTTPConnection, name: str) -> str:
    """A header's lines as one list (RFC 9110 section 5.3), so that a repeated header is not half overlooked."""
    return ", ".join(request.headers.getlist(name))
