"""Count a request and find its caller, in one statement: every request begins with it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from uuid import UUID

import asyncpg

from app import row_context
from app.database import LeasedSession
from app.domain.actors import Actor, ActorKind, CentreRole, StaffRole, in_effect
from app.queries.visibility import Reason, unfiltered

# A time more than two periods ahead was counted before the clock was put back.
_BASE = "CASE WHEN held.due_at > $1 + 2 * {period} THEN $1 ELSE greatest(held.due_at, $1) END".format(
    period="(SELECT asked.period FROM asked WHERE asked.key = held.key)"
)
# Rows are locked in the order of their keys, so that no two requests deadlock.
_COUNTED = f"""
    asked AS (
        SELECT * FROM unnest($2::text[], $3::interval[], $4::interval[]) AS limits (key, gap, period)
    ), counted AS (
        INSERT INTO rate_limits AS held (key, due_at)
        SELECT key, $1::timestamptz + gap FROM asked ORDER BY key
        ON CONFLICT (key) DO UPDATE SET due_at = {_BASE} + (excluded.due_at - $1)
        WHERE {_BASE} + (excluded.due_at - $1)
            <= $1 + (SELECT asked.period FROM asked WHERE asked.key = held.key)
        RETURNING key, due_at
    )"""
_STANDINGS = """
    asked LEFT JOIN counted ON counted.key = asked.key LEFT JOIN rate_limits held ON held.key = asked.key"""
_COUNT_MORE = f"""
    WITH {_COUNTED}
    SELECT asked.key, counted.due_at AS counted, held.due_at AS held FROM {_STANDINGS}"""
_COUNT = f"""
    WITH {_COUNTED}
    SELECT asked.key, counted.due_at AS counted, held.due_at AS held,
        set_config('app.context', $5::text, false) AS context
    FROM {_STANDINGS}"""
# The functions read as the owner: no context shows a session or a client before we know whose it is.
_COUNT_AND_FIND_PERSON = f"""
    WITH {_COUNTED}
    SELECT asked.key, counted.due_at AS counted, held.due_at AS held, found.*,
        set_config('app.context', coalesce(CASE
            WHEN cardinality(found.roles) > 0 THEN 'staff||'
            WHEN found.person_id IS NOT NULL THEN 'centre|' || coalesce(found.centres::text, '{{}}') || '|'
        END || '|' || found.person_id || '|' || $6::text, ''), false) AS context
    FROM (SELECT) AS request
    LEFT JOIN ({_STANDINGS}) ON true
    LEFT JOIN find_caller($1::timestamptz, $5::uuid, NULL, NULL) AS found ON true"""
_COUNT_AND_FIND_CLIENT = f"""
    WITH {_COUNTED}
    SELECT asked.key, counted.due_at AS counted, held.due_at AS held, found.*,
        set_config('app.context', coalesce(CASE
            WHEN found.in_its_networks THEN 'client||' || array_to_string(
                ARRAY(SELECT unnest(found.scopes) INTERSECT SELECT unnest($8::text[])), ',')
                || '|' || found.client_id || '|' || $9::text
        END, ''), false) AS context
    FROM (SELECT) AS request
    LEFT JOIN ({_STANDINGS}) ON true
    LEFT JOIN find_client($1::timestamptz, $5::uuid, $6::integer, $7::inet) AS found ON true"""


@dataclass(frozen=True)
class Asked:
    """What a request is counted under: a row of `rate_limits` for each key, with the time that one request uses up."""

    keys: Sequence[str]
    gaps: Sequence[timedelta]
    periods: Sequence[timedelta]


@dataclass(frozen=True)
class Bearer:
    """What a valid token names: a session, or a client with the generation of its secret and the token's scopes, and
    where the client calls from."""

    session_id: UUID | None
    client_id: UUID | None
    generation: int | None
    scopes: Collection[str]
    address: IPv4Address | IPv6Address | None = None


@unfiltered(Reason.OWN)
async def count_request(
    session: LeasedSession, now: datetime, asked: Asked, *, accounts: bool = False
) -> list[asyncpg.Record]:
    """Count a request before anything else is done for it, and show the public's rows from then on. Return `counted`
    (None when there is no room) and `held` for each key."""
    context = row_context.public(accounts=accounts)
    return await session.fetch_context(_COUNT, now, asked.keys, asked.gaps, asked.periods, context)


async def count_more(session: LeasedSession, now: datetime, asked: Asked) -> list[asyncpg.Record]:
    """Count in the middle of a request, as `count_request` does, and leave what is shown alone."""
    rows: list[asyncpg.Record] = await session.driver.fetch(_COUNT_MORE, now, asked.keys, asked.gaps, asked.periods)
    return rows


@unfiltered(Reason.OWN)
async def count_and_find(
    session: LeasedSession, now: datetime, asked: Asked, bearer: Bearer, *, accounts: bool = False
) -> tuple[list[asyncpg.Record], Actor | None]:
    """Count one request as `count_request` does, and find its caller as of now; None when the token has ended."""
    counted = (now, asked.keys, asked.gaps, asked.periods)
    opens = row_context.ACCOUNTS if accounts else ""
    if bearer.session_id is not None:
        rows = await session.fetch_context(_COUNT_AND_FIND_PERSON, *counted, bearer.session_id, opens)
        actor = _person(rows[0]) if rows[0]["person_id"] is not None else None
    else:
        named = (bearer.client_id, bearer.generation, bearer.address, list(bearer.scopes))
        rows = await session.fetch_context(_COUNT_AND_FIND_CLIENT, *counted, *named, opens)
        actor = _client(rows[0], bearer) if rows[0]["client_id"] is not None else None
    return [row for row in rows if row["key"] is not None], actor


def _client(row: asyncpg.Record, bearer: Bearer) -> Actor:
    inside: bool = row["in_its_networks"]
    return Actor(
        kind=ActorKind.CLIENT,
        id=row["client_id"],
        name=row["client_name"],
        # One that only a later release knows grants nothing here.
        scopes=in_effect(set(row["scopes"]) & set(bearer.scopes) if inside else ()),
        in_its_networks=inside,
    )


def _person(row: asyncpg.Record) -> Actor:
    roles: Sequence[str] = row["centre_roles"] or ()
    return Actor(
        kind=ActorKind.PERSON,
        id=row["person_id"],
        name=f"{row['first_name']} {row['last_name']}",
        email=row["email"],
        session_id=row["session_id"],
        staff_roles=frozenset(StaffRole(role) for role in row["roles"] or ()),
        memberships=dict(zip(row["centres"] or (), map(CentreRole, roles), strict=True)),
        must_change_password=row["first_password"],
        has_second_factor=row["has_second_factor"],
        second_factor_at=row["second_factor_at"],
        password_at=row["password_at"],
    )
