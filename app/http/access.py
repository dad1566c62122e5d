"""Who may use a route, on what, how often, and for how long still.

`require(permission, loader)` is a declaration, which the contract and a test read, and the check, which the route
carries out before it looks at the body.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from ipaddress import ip_address
from typing import Any
from uuid import UUID

import structlog
from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Work
from app.domain.actors import PUBLIC, Actor
from app.domain.errors import Forbidden, NotFound, Unauthenticated
from app.domain.permissions import Permission, demand, granted_anywhere, holders
from app.queries.principals import find_client_actor, find_person_actor
from app.queries.visibility import Found
from app.security.tokens import InvalidToken, read_access_token
from app.services.rate_limits import Limit, network_of

Loader = Callable[[Work, Mapping[str, UUID]], Awaitable[Found[Any] | None]]

# What a session opened with a first password may do (R06): nothing else is open to it.
FIRST_PASSWORD_OPERATIONS = frozenset({"changePassword", "getMe", "endSession"})


@dataclass(frozen=True)
class Deprecation:
    """From when an operation should not be used any more, when it goes, and the page that says what to use instead."""

    since: datetime
    sunset: datetime
    explained_at: str

    @property
    def headers(self) -> dict[str, str]:
        """What every answer of the operation says of it (RFC 9745, RFC 8594)."""
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": format_datetime(self.sunset, usegmt=True),
            "Link": f'<{self.explained_at}>; rel="deprecation", <{self.explained_at}>; rel="sunset"',
        }


@dataclass(frozen=True)
class Access:
    """Who may use a route: a permission on the object that `load` finds, or the public; how often; and for how long
    still."""

    permission: Permission | None
    load: Loader | None = None
    limits: tuple[Limit, ...] = ()
    replays: bool = True
    key_required: bool = False
    location: str | None = None
    cache: str = "private, no-cache"
    deprecation: Deprecation | None = None

    @property
    def cache_control(self) -> str:
        """The `Cache-Control` of its answers; one that holds a secret is kept nowhere."""
        return self.cache if self.replays else "no-store"

    def __call__(self) -> None:
        """Nothing: as a dependency it only declares. The route calls `admit` before it reads the body."""

    async def admit(self, request: Request, session: AsyncSession) -> Work:
        """Authenticate, load and judge in this transaction. Raises 401, 404 and 403, in this order."""
        state = request.app.state
        now = state.clock()
        actor = PUBLIC if self.permission is None else await _authenticate(request, session, self.permission)
        work: Work = Work(session, actor, now, state.settings)
        request.state.work = work
        if self.load is not None:
            found = await self.load(work, _ids(request))
            if found is None:
                raise NotFound
            request.state.target = found.target
            if self.permission is not None:
                demand(actor, self.permission, found.centre_id)
        elif self.permission is not None and not granted_anywhere(actor, self.permission):
            raise Forbidden(f"Only {holders(self.permission)} may do this.", code="role_not_allowed")
        return work


def _ids(request: Request) -> dict[str, UUID]:
    """The ids in the path. One that is not a UUID was never given out."""
    ids: dict[str, UUID] = {}
    for name, value in request.path_params.items():
        if name.endswith("_id"):
            try:
                ids[name] = UUID(value)
            except ValueError as error:
                raise NotFound from error
            if str(ids[name]) != value.lower():
                raise NotFound
    return ids


def identify(request: Request, access: Access) -> str:
    """Whom a request is counted for: the principal that a valid token names, else the network that it comes from.

    Only the signature is looked at, and no database is asked. On a public operation the token is not looked at, so
    that nobody buys more attempts with one.
    """
    state = request.app.state
    network = network_of(request.client.host if request.client else None)
    if access.permission is None:
        return network
    scheme, _, token = one_line(request, "authorization").partition(" ")
    request.state.claims = None
    if scheme.lower() == "bearer" and token:
        with suppress(InvalidToken):
            request.state.claims = read_access_token(state.signing_key, token.strip(), state.clock())
            return str(request.state.claims.subject)
    return network


def one_line(request: Request, name: str) -> str:
    """A header that was sent several times is one list (RFC 9110 section 5.3), so that nothing of it is overlooked."""
    return ", ".join(request.headers.getlist(name))


async def _authenticate(request: Request, session: AsyncSession, permission: Permission) -> Actor:
    """The actor behind the bearer token, looked up now: log-out, deactivation and a changed role bite at once."""
    now = request.app.state.clock()
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    claims = request.state.claims
    if claims is None:
        raise _expired()
    if claims.session_id is not None:
        actor = await find_person_actor(session, claims.session_id, now)
    else:
        actor = await find_client_actor(session, claims.subject, claims.generation or 0, claims.scopes)
    if actor is None:
        raise _expired()
    structlog.contextvars.bind_contextvars(actor=str(actor.id), actor_kind=actor.kind.value)
    operation = getattr(request.scope.get("route"), "operation_id", None)
    if actor.must_change_password and operation not in FIRST_PASSWORD_OPERATIONS:
        raise Forbidden(
            "Change your first password before anything else, with PUT /v1/me/password.",
            code="password_change_required",
        )
    return actor


def _expired() -> Unauthenticated:
    return Unauthenticated(
        "The access token is not valid any more. Refresh the session, or sign in again.",
        code="token_not_valid",
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )


def operation_access(route: Any) -> Access:
    """What a route declares. Raises `LookupError` for one that does not say who may use it, so that none is open by
    oversight."""
    for dependency in route.dependencies:
        if isinstance(dependency.dependency, Access):
            return dependency.dependency
    raise LookupError(f"{route.path} does not declare who may use it")


def require(
    permission: Permission,
    load: Loader | None = None,
    *,
    replays: bool = True,
    key_required: bool = False,
    location: str | None = None,
    limits: tuple[Limit, ...] = (),
    deprecation: Deprecation | None = None,
) -> Any:
    """Declare who may use a route: the permission, on the object that `load` finds by the ids in the path.

    `replays=False` is for answers that hold a secret and must never be stored; `key_required` is for where money
    moves; `location` is where what a POST creates is read, with names of the answer (`{id}`) and of the path;
    `deprecation` is for an operation that will go.
    """
    return Depends(Access(permission, load, limits, replays, key_required, location, deprecation=deprecation))


def public(
    *limits: Limit,
    load: Loader | None = None,
    replays: bool = True,
    location: str | None = None,
    cache: str = "private, no-cache",
    deprecation: Deprecation | None = None,
) -> Any:
    """Declare that anybody may use a route, how often one network may, whether the answer may be shared (`cache`), and
    whether it will go."""
    access = Access(None, load, limits, replays, location=location, cache=cache, deprecation=deprecation)
    return Depends(access)


def operators_only(request: Request) -> None:
    """Refuse whoever is neither on this machine nor has `METRICS_TOKEN`, which alone counts where it is set.

    What came through a proxy is not from this machine, whoever the connection is from.
    """
    token = request.app.state.settings.metrics_token
    if token is not None:
        given = request.headers.get("authorization", "").encode()
        if not secrets.compare_digest(given, f"Bearer {token.get_secret_value()}".encode()):
            raise Unauthenticated
    elif not _from_this_machine(request):
        raise NotFound


def developers_only(request: Request) -> None:
    """Refuse everybody in production, and everybody but a browser on this machine elsewhere.

    The browser must also have asked for this machine by a local name: a page elsewhere whose name is made to resolve to
    this machine (DNS rebinding) gets nothing.
    """
    settings = request.app.state.settings
    if settings.production or not _from_this_machine(request) or not _is_loopback(request.url.hostname or ""):
        raise NotFound


def _from_this_machine(request: Request) -> bool:
    if {"forwarded", "x-forwarded-for"} & set(request.headers) or request.client is None:
        return False
    return _is_loopback(request.client.host)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
