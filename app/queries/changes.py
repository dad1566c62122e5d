"""Up to when changes of invoices and ledgers can be read in order, so that whoever asks what changed since misses none.

A change gets its time, `updated_at`, in a trigger, and is seen at its commit: another that got its time later may be
seen sooner. Until the commit the trigger's transaction holds an advisory lock that names the second of its first change
(`stamp_change`, migration 0043). Who reads no further than the earliest of these seconds passes nothing over.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BigInteger, DateTime, Interval, Text, cast, column, func, literal, select, table, text

from app.database import LeasedSession
from app.models import Deployment
from app.queries.hot import Hot
from app.queries.visibility import Reason, unfiltered

_STAMPS, _EPOCH = 1_936_289_056, 1_577_836_800


class _Settled(NamedTuple):
    settled: datetime


_LOCKS = table("pg_locks", *map(column, ("locktype", "database", "classid", "objid", "objsubid")))
_DATABASES = table("pg_database", *map(column, ("oid", "datname")))
_ours = select(_DATABASES.c.oid).where(_DATABASES.c.datname == func.current_database()).scalar_subquery()
_under_way = (
    select(func.to_timestamp(_EPOCH + func.min(cast(_LOCKS.c.objid, BigInteger))))
    .where(
        _LOCKS.c.locktype == literal("advisory", Text()),
        cast(_LOCKS.c.classid, BigInteger) == literal(_STAMPS, BigInteger()),
        _LOCKS.c.database == _ours,
    )
    .scalar_subquery()
)
_ahead = func.coalesce(select(Deployment.ahead).scalar_subquery(), literal(timedelta(), Interval()))
# The statement begins before the locks are read. The next statement sees what was committed until then, and a change
# that it does not see either has its lock now, or will get a later time.
_SETTLED = Hot(
    select((func.least(func.statement_timestamp(), _under_way, type_=DateTime(True)) + _ahead).label("settled")),
    _Settled,
)


@unfiltered(Reason.RULE)
async def settled_until(session: LeasedSession) -> datetime:
    """Return the moment before which no change of an invoice or ledger can appear any more.

    Read the changes in a later statement.
    """
    found = await _SETTLED.one(session.driver)
    assert found is not None
    return found.settled


@unfiltered(Reason.RULE)
async def begin_snapshot(session: LeasedSession) -> datetime:
    """Begin a transaction whose statements all see the rows of one moment, and return until when these are settled."""
    await session.keep_showing()
    settled = await settled_until(session)
    await session.start()
    await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    return settled
