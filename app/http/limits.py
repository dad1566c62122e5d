"""Counting a request against its caller's rate limits, and finding the caller, before anything else is done for it."""

from fastapi import Request

from app import places, row_context
from app.database import LeasedSession
from app.http.access import Access, read_claims
from app.http.exchange import exchange_of
from app.queries import callers
from app.queries.callers import Bearer
from app.security.tokens import Claims
from app.services import rate_limits
from app.services.rate_limits import Limit, address_of, network_of

# Generous: a person with a busy front end stays far below it, and so does a system that reads the feed all day.
EVERY_CALLER = Limit("caller", 1200, 60)


async def count(request: Request, session: LeasedSession, access: Access, limits: tuple[Limit, ...]) -> None:
    """Count the request and look its caller up, in one statement that commits by itself: a refused request counts.

    Every answer says where the caller stands. Raises `TooManyRequests`.
    """
    exchange = exchange_of(request)
    deployment = exchange.deployment
    now, scale = deployment.clock(), deployment.settings.rate_limit_scale
    claims = read_claims(request) if access.permission is not None else None
    who = _caller(request, claims)
    places.caller.set(who)
    asked = rate_limits.asked(limits, who, scale=scale)
    if claims is not None:
        rows, exchange.actor = await callers.count_and_find(
            session, now, asked, _bearer(request, claims), accounts=access.opens_accounts
        )
    elif limits:
        rows = await callers.count_request(session, now, asked, accounts=access.opens_accounts)
    else:
        rows, session.context = [], row_context.public(accounts=access.opens_accounts)
    standings = rate_limits.standings(limits, rows, now, scale=scale)
    exchange.add_headers(rate_limits.headers(standings))
    rate_limits.require_room(standings)


def _caller(request: Request, claims: Claims | None) -> str:
    """The principal that a valid token names, else the network that the request comes from.

    A public operation ignores the token, so that nobody buys more attempts with one.
    """
    if claims is not None:
        return str(claims.subject)
    return network_of(request.client.host if request.client else None)


def _bearer(request: Request, claims: Claims) -> Bearer:
    if claims.session_id is not None:
        return Bearer(claims.session_id, None, None, ())
    address = address_of(request.client.host if request.client else None)
    return Bearer(None, claims.subject, claims.generation, claims.scopes, address)
