"""Who may use a route, on what, how often, and for how much longer.

`require(permission, loader)` is both the declaration, which the contract and the tests read, and the check, which the
route makes before it looks at the body.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import Enum
from ipaddress import ip_address
from uuid import UUID

from fastapi import Request, params
from pydantic import SecretStr

from app.database import LeasedSession, Work
from app.domain.actors import PUBLIC, Actor
from app.domain.factors import has_recent_proof, owes_second_factor, step_up_proof
from app.domain.permissions import Permission, granted_anywhere, holders, require_permission
from app.domain.refusals.access import (
    NetworkNotAllowed,
    PasswordChangeRequired,
    RoleNotAllowed,
    SecondFactorRequired,
    StepUpRequired,
    TokenNotValid,
    Unauthenticated,
)
from app.domain.refusals.requests import NotFound
from app.http.exchange import exchange_of, joined_header
from app.logs import add_to_request
from app.queries.visibility import Found
from app.security.tokens import Claims, InvalidToken, read_access_token
from app.services.rate_limits import Limit
from app.settings import Settings

Loader = Callable[[Work, Mapping[str, UUID]], Awaitable[Found[object] | None]]


@dataclass(frozen=True)
class Deprecation:
    """Since when an operation is deprecated, when it goes, and the page that says what to use instead."""

    since: datetime
    sunset: datetime
    explained_at: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every answer of the operation (RFC 9745, RFC 8594)."""
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": format_datetime(self.sunset, usegmt=True),
            "Link": f'<{self.explained_at}>; rel="deprecation", <{self.explained_at}>; rel="sunset"',
        }


_OF_ACCOUNTS = frozenset(
    {
        Permission.ASSIST_CENTRES,
        Permission.MANAGE_CENTRE_USERS,
        Permission.MANAGE_PERSONAL_DATA,
        Permission.MANAGE_STAFF,
        Permission.RESEND_INVITATION,
        Permission.RESET_SECOND_FACTORS,
    }
)


class Owed(Enum):
    """What a session that owes its second factor may do with a route."""

    NOTHING = "nothing"
    IF_NONE_ADDED = "use it while the person has no second factor"
    ALL = "use it"


@dataclass(frozen=True)
class Access:
    """A route's declaration; `require` and `public` make it and explain its parts."""

    permission: Permission | None
    load: Loader | None = None
    limits: tuple[Limit, ...] = ()
    replays: bool = True
    key_required: bool = False
    location: str | None = None
    cache: str = "no-store"
    first_password: bool = False
    owed: Owed = Owed.NOTHING
    step_up: bool = False
    deprecation: Deprecation | None = None
    accounts: bool = False

    @property
    def opens_accounts(self) -> bool:
        """True where it finds or manages accounts of others, whose rows are otherwise not shown."""
        return self.accounts or self.permission in _OF_ACCOUNTS

    @property
    def cache_control(self) -> str:
        """The `Cache-Control` of its answers: nobody keeps one that names people or holds a secret."""
        return self.cache if self.replays else "no-store"

    async def __call__(self) -> None:
        """Do nothing: as a dependency it only declares. The route calls `admit` before it reads the body."""

    async def admit(self, request: Request, session: LeasedSession) -> Work:
        """Authenticate, load and judge in this transaction. Raises 401, 404 and 403, in this order."""
        exchange = exchange_of(request)
        settings, now = exchange.deployment.settings, exchange.deployment.clock()
        actor = PUBLIC if self.permission is None else self._authenticate(request, settings)
        work = exchange.work = Work(session, actor, now, settings)
        if self.load is not None:
            found = await self.load(work, _ids(request))
            if found is None:
                raise NotFound
            exchange.target = found.target
            if self.permission is not None:
                require_permission(actor, self.permission, found.centre_id)
        elif self.permission is not None and not granted_anywhere(actor, self.permission):
            raise RoleNotAllowed(holders(self.permission))
        if self.step_up and not has_recent_proof(actor, now, timedelta(minutes=settings.step_up_minutes)):
            raise StepUpRequired(step_up_proof(actor).value)
        return work

    def _authenticate(self, request: Request, settings: Settings) -> Actor:
        """The actor that `limits.count` found: log-out, deactivation and a changed role bite at once."""
        if bearer_token(request) is None:
            raise Unauthenticated
        actor = exchange_of(request).actor
        if actor is None:
            raise TokenNotValid
        add_to_request({"actor": str(actor.id), "actor_kind": actor.kind.value})
        if not actor.in_its_networks:
            raise NetworkNotAllowed
        if actor.must_change_password and not self.first_password:
            raise PasswordChangeRequired
        owes = owes_second_factor(actor, required_for_staff=settings.staff_need_second_factor)
        if owes and not actor.must_change_password and not self._open_to_who_owes(actor):
            raise SecondFactorRequired
        return actor

    def _open_to_who_owes(self, actor: Actor) -> bool:
        return self.owed is Owed.ALL or (self.owed is Owed.IF_NONE_ADDED and not actor.has_second_factor)


def require(
    permission: Permission,
    load: Loader | None = None,
    *,
    replays: bool = True,
    key_required: bool = False,
    location: str | None = None,
    limits: tuple[Limit, ...] = (),
    first_password: bool = False,
    owed: Owed = Owed.NOTHING,
    step_up: bool = False,
    deprecation: Deprecation | None = None,
    accounts: bool = False,
) -> params.Depends:
    """Declare who may use a route: the permission, on the object that `load` finds by the ids in the path.

    `replays=False` is for answers that hold a secret and must never be stored; `key_required` is for operations that
    move money; `location` is where the resource that a POST creates is read, with names of the answer (`{id}`) and
    of the path; `first_password` opens the route to a session opened with a first password, which may use no other
    (R06); `owed` opens it to a session that owes its second factor; `step_up` asks for a proof of the second factor, or
    else of the password, within `STEP_UP_MINUTES`; `deprecation` is for an operation that will go; `accounts` shows it
    the rows of other people's accounts, to find one by an address or a token.
    """
    return params.Depends(
        Access(
            permission,
            load,
            limits,
            replays,
            key_required,
            location,
            first_password=first_password,
            owed=owed,
            step_up=step_up,
            deprecation=deprecation,
            accounts=accounts,
        )
    )


def public(
    *limits: Limit,
    load: Loader | None = None,
    replays: bool = True,
    location: str | None = None,
    cache: str = "no-store",
    deprecation: Deprecation | None = None,
    accounts: bool = False,
) -> params.Depends:
    """Declare that anybody may use a route, how often one network may, whether caches may keep the answer (`cache`),
    whether the operation will go, and whether it finds an account by an address or a token."""
    access = Access(
        None, load, limits, replays, location=location, cache=cache, deprecation=deprecation, accounts=accounts
    )
    return params.Depends(access)


def operation_access(route: object) -> Access:
    """The access that a route declares. Raises `LookupError` for a route that declares none, so that none is open by
    oversight."""
    for dependency in getattr(route, "dependencies", ()):
        if isinstance(dependency.dependency, Access):
            return dependency.dependency
    raise LookupError(f"{getattr(route, 'path', route)} does not declare who may use it")


def bearer_token(request: Request) -> str | None:
    """The token in `Authorization: Bearer …`."""
    scheme, _, token = joined_header(request, "authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None


def read_claims(request: Request) -> Claims | None:
    """The claims of a token that we signed and that has not expired. No database is asked."""
    token, deployment = bearer_token(request), exchange_of(request).deployment
    if token is None:
        return None
    with suppress(InvalidToken):
        return read_access_token(deployment.signing_key, token, deployment.clock(), deployment.previous_key)
    return None


def _ids(request: Request) -> dict[str, UUID]:
    """The ids in the path. We never gave out one that is not a UUID."""
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


async def operators_only(request: Request) -> None:
    """Refuse callers that are neither on this machine nor have `METRICS_TOKEN`; where it is set, it alone counts."""
    require_operator(request, exchange_of(request).deployment.settings.metrics_token)


def require_operator(request: Request, token: SecretStr | None) -> None:
    """Raise `Unauthenticated` without the token or, where there is none, `NotFound` for another machine.

    A request that came through a proxy is not from this machine, whoever holds the connection.
    """
    if token is not None:
        given = request.headers.get("authorization", "").encode()
        if not secrets.compare_digest(given, f"Bearer {token.get_secret_value()}".encode()):
            raise Unauthenticated
    elif not _from_this_machine(request):
        raise NotFound


async def developers_only(request: Request) -> None:
    """Refuse everybody in production, and everybody but a browser on this machine elsewhere.

    The browser must also have asked for this machine by a local name: a page elsewhere whose name is made to resolve to
    this machine (DNS rebinding) gets nothing.
    """
    settings = exchange_of(request).deployment.settings
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
