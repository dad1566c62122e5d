"""Counting a request against its caller's rate limits, before anything else is done for it."""

from fastapi import Request

from app import places
from app.http.access import Access, read_claims
from app.http.exchange import exchange_of
from app.services import rate_limits
from app.services.rate_limits import Limit, network_of

# Generous: a person with a busy front end stays far below it, and so does a system that reads the feed all day.
EVERY_CALLER = Limit("caller", 1200, 60)


async def count(request: Request, access: Access, limits: tuple[Limit, ...]) -> None:
    """Count the request; every answer to it says where the caller stands. Raises `TooManyRequests`."""
    exchange = exchange_of(request)
    deployment = exchange.deployment
    who = _caller(request, access)
    places.caller.set(who)
    standings = await rate_limits.count_request(
        deployment.database,
        limits,
        who,
        deployment.clock(),
        scale=deployment.settings.rate_limit_scale,
    )
    exchange.add_headers(rate_limits.headers(standings))
    rate_limits.require_room(standings)


def _caller(request: Request, access: Access) -> str:
    """The principal that a valid token names, else the network that the request comes from.

    A public operation ignores the token, so that nobody buys more attempts with one.
    """
    exchange = exchange_of(request)
    if access.permission is not None:
        exchange.claims = read_claims(request)
        if exchange.claims is not None:
            return str(exchange.claims.subject)
    return network_of(request.client.host if request.client else None)
