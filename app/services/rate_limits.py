"""Rate limits across processes: the generic cell rate algorithm, one row per key, one statement per request.

Each request is counted first and in its own transaction, so that refused requests count too and no row stays locked
during the work. The table is unlogged: no write waits for the disk, and a database crash merely forgets the counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.domain.refusals.requests import TooManyRequests
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

    @property
    def period(self) -> timedelta:
        """The period over which requests are counted."""
        return timedelta(seconds=self.seconds)

    def interval(self, scale: int) -> timedelta:
        """The time that one request uses up, rounded down to microseconds so that the last one fits."""
        return max(self.period // (self.requests * scale), timedelta.resolution)


@dataclass(frozen=True)
class Standing:
    """A caller's standing under a limit after a request. By `due_at` every counted request is used up."""

    limit: Limit
    scale: int
    now: datetime
    due_at: datetime
    refused: bool

    @property
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
        return f'"{self.limit.name}";q={self.limit.requests * self.scale};w={self.limit.seconds}'

    @property
    def state(self) -> str:
        """The `RateLimit` item: what is left, and the seconds until the quota is full again, or until one more passes
        when nothing is left."""
        return f'"{self.limit.name}";r={self.left};t={self.wait_seconds or max(_seconds(self.due_at - self.now), 0)}'


def _seconds(time: timedelta) -> int:
    return -(-time // _SECOND)


# A time more than two periods ahead was counted before the clock was put back.
_BASE = "CASE WHEN held.due_at > {now} + 2 * {period} THEN {now} ELSE greatest(held.due_at, {now}) END"
_PERIOD = "(SELECT asked.period FROM asked WHERE asked.key = held.key)"
# Rows are locked in the order of their keys, so that no two requests deadlock.
_COUNT = f"""
    WITH asked AS (
        SELECT * FROM unnest(CAST({{keys}} AS text[]), CAST({{gaps}} AS interval[]), CAST({{periods}} AS interval[]))
            AS limits (key, gap, period)
    ), counted AS (
        INSERT INTO rate_limits AS held (key, due_at)
        SELECT key, {{now}} + gap FROM asked ORDER BY key
        ON CONFLICT (key) DO UPDATE SET due_at = {_BASE} + (excluded.due_at - {{now}})
        WHERE {_BASE} + (excluded.due_at - {{now}}) <= {{now}} + {{period}}
        RETURNING key, due_at
    )
    SELECT asked.key, counted.due_at AS counted, held.due_at AS held
    FROM asked LEFT JOIN counted ON counted.key = asked.key LEFT JOIN rate_limits held ON held.key = asked.key
    """.replace("{period}", _PERIOD).replace("{now}", "CAST({now} AS timestamptz)")
_COUNT_ALONE = _COUNT.format(now="$1", keys="$2", gaps="$3", periods="$4")
_COUNT_WITHIN = text(_COUNT.format(now=":now", keys=":keys", gaps=":gaps", periods=":periods"))


async def count_request(
    database: Database, limits: Sequence[Limit], who: str, now: datetime, *, scale: int
) -> list[Standing]:
    """Count one request under each limit in one statement, and return the standings.

    `scale` multiplies every limit, for test automation that sends from one address.
    """
    if not limits:
        return []
    keys = [f"{limit.name}:{who}" for limit in limits]
    gaps = [limit.interval(scale) for limit in limits]
    rows = await database.fetch_alone(_COUNT_ALONE, now, keys, gaps, [limit.period for limit in limits])
    found = {row["key"]: row for row in rows}
    return [_standing(limit, scale, now, found[key]) for key, limit in zip(keys, limits, strict=True)]


async def count(session: AsyncSession, limit: Limit, who: str, now: datetime, *, scale: int) -> Standing:
    """Count one request in the session's transaction."""
    values = {"now": now, "keys": [f"{limit.name}:{who}"], "gaps": [limit.interval(scale)], "periods": [limit.period]}
    row = (await session.execute(_COUNT_WITHIN, values)).one()
    return _standing(limit, scale, now, row._asdict())


def _standing(limit: Limit, scale: int, now: datetime, row: Mapping[str, Any]) -> Standing:
    return Standing(limit, scale, now, row["counted"] or row["held"] or now, refused=row["counted"] is None)


async def look(session: AsyncSession, limit: Limit, who: str, now: datetime, *, scale: int) -> Standing:
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


def network_of(address: str | None) -> str:
    """Reduce an address to its customer: an IPv6 /64 network, or the IPv4 address."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return address or "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
