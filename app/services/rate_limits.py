"""Rate limits across processes: the generic cell rate algorithm, one row per key, one statement per request.

Each request is counted first and in its own transaction, so that refused requests count too and no row stays locked
during the work. The table is unlogged: no write waits for the disk, and a database crash merely forgets the counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache, partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from app.database import LeasedSession, Work
from app.domain.refusals.requests import TooManyRequests
from app.queries.callers import Asked, count_more
from app.queries.rate_limits import find_due_at

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Limit:
    """At most `requests` in `seconds`, spread evenly, with a burst of all of them.

    Whoever sends no more than that in any such period is never refused.
    """

    name: str
    requests: int
    seconds: int

    @cached_property
    def period(self) -> timedelta:
        """The period over which requests are counted."""
        return timedelta(seconds=self.seconds)

    def interval(self, scale: int) -> timedelta:
        """The time that one request uses up, rounded down to microseconds so that the last one fits."""
        return _interval(self.seconds, self.requests * scale)


@lru_cache
def _interval(seconds: int, requests: int) -> timedelta:
    return max(timedelta(seconds=seconds) // requests, timedelta.resolution)


@lru_cache
def _policy(name: str, requests: int, seconds: int) -> str:
    return f'"{name}";q={requests};w={seconds}'


@dataclass(frozen=True)
class Standing:
    """A caller's standing under a limit after a request. By `due_at` every counted request is used up."""

    limit: Limit
    scale: int
    now: datetime
    due_at: datetime
    refused: bool

    @cached_property
    def left(self) -> int:
        """How many more requests would pass at once."""
        if self.refused:
            return 0
        room = self.now + self.limit.period - max(self.due_at, self.now)
        return min(max(room // self.limit.interval(self.scale), 0), self.limit.requests * self.scale)

    @property
    def wait_seconds(self) -> int:
        """Whole seconds until one more passes, rounded up; 0 when it would pass now."""
        if self.left:
            return 0
        return max(_seconds(self.due_at + self.limit.interval(self.scale) - self.limit.period - self.now), 1)

    @property
    def policy(self) -> str:
        """The `RateLimit-Policy` item: the quota and its window in seconds."""
        return _policy(self.limit.name, self.limit.requests * self.scale, self.limit.seconds)

    @property
    def state(self) -> str:
        """The `RateLimit` item: what is left, and the seconds until the quota is full again, or until one more passes
        when nothing is left."""
        return f'"{self.limit.name}";r={self.left};t={self.wait_seconds or max(_seconds(self.due_at - self.now), 0)}'


def _seconds(time: timedelta) -> int:
    return -(-time // _SECOND)


def asked(limits: Sequence[Limit], who: str, *, scale: int) -> Asked:
    """What a request of the caller is counted under."""
    keys = [f"{limit.name}:{who}" for limit in limits]
    return Asked(keys, [limit.interval(scale) for limit in limits], [limit.period for limit in limits])


def standings(
    limits: Sequence[Limit], rows: Sequence[Mapping[str, Any]], now: datetime, *, scale: int
) -> list[Standing]:
    """The caller's standing under each limit, from the rows of `queries.callers`."""
    found = {row["key"].partition(":")[0]: row for row in rows}
    return [_standing(limit, scale, now, found[limit.name]) for limit in limits]


async def count(session: LeasedSession, limit: Limit, who: str, now: datetime, *, scale: int) -> Standing:
    """Count one request in the session's transaction, or on its own before that has begun."""
    rows = await count_more(session, now, asked([limit], who, scale=scale))
    return standings([limit], rows, now, scale=scale)[0]


async def give_back(work: Work, counted: Asked) -> None:
    """Take back what was counted, in the same order of keys."""
    await count_more(work.session, work.now, replace(counted, gaps=[-gap for gap in counted.gaps]))


def give_back_at_the_end(work: Work, counted: Asked) -> None:
    """Take back what was counted once the transaction has ended, however it does: it was no failure."""
    for afterwards in (work.after_commit, work.session.after_rollback):
        afterwards.append(partial(give_back, work, counted))


def _standing(limit: Limit, scale: int, now: datetime, row: Mapping[str, Any]) -> Standing:
    return Standing(limit, scale, now, row["counted"] or row["held"] or now, refused=row["counted"] is None)


async def look(session: LeasedSession, limit: Limit, who: str, now: datetime, *, scale: int) -> Standing:
    """Read the standing without counting; refused when there is no room for one more."""
    due_at = await find_due_at(session, f"{limit.name}:{who}") or now
    if due_at > now + 2 * limit.period:
        # As in `_BASE`: counted before the clock was put back.
        due_at = now
    return Standing(limit, scale, now, due_at, refused=due_at + limit.interval(scale) > now + limit.period)


def headers(standings: Sequence[Standing]) -> dict[str, str]:
    """Build the rate limit headers (draft-ietf-httpapi-ratelimit-headers-10)."""
    if not standings:
        return {}
    return {
        "RateLimit-Policy": ", ".join(standing.policy for standing in standings),
        "RateLimit": ", ".join(standing.state for standing in standings),
    }


def require_room(standings: Sequence[Standing]) -> None:
    """Raise `TooManyRequests` when a limit is used up, with the time until all of them let one request pass."""
    if any(standing.refused for standing in standings):
        raise TooManyRequests(max(standing.wait_seconds for standing in standings))


def refusal(standing: Standing, detail: str) -> TooManyRequests:
    """Build the refusal for a limit that the operation itself counts."""
    return TooManyRequests(standing.wait_seconds, detail, headers([standing]))


@lru_cache(maxsize=1024)
def address_of(address: str | None) -> IPv4Address | IPv6Address | None:
    """Read the caller's address; an IPv4 address in IPv6 form is the IPv4 address. None for anything else."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed


@lru_cache(maxsize=1024)
def network_of(address: str | None) -> str:
    """Reduce an address to its customer: an IPv6 /64 network, or the IPv4 address."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return address or "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
