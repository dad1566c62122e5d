"""Readiness and metrics."""

import asyncio
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from time import monotonic

from alembic.script import ScriptDirectory
from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

from app.database import Database
from app.domain.refusals.operations import NotServing, Reason
from app.domain.refusals.requests import Unavailable
from app.integrations.storage import DocumentStore, StorageError, WrongStore
from app.leases import Leases
from app.metrics import Metrics, Reading
from app.places import KINDS
from app.queries.operations import applied_revisions, read_waiting
from app.schemas.operations import ServiceReadiness
from app.version import revision, version

_MIGRATIONS = Path(__file__).parents[3] / "migrations"
# Balancers ask every few seconds; whoever asks more often gets the same answer.
_KEPT_SECONDS = 1.0
# Scrapers give up after ten seconds, and then learn nothing of the process either.
_READ_SECONDS = 3.0


@lru_cache
def known_revisions() -> tuple[frozenset[str], frozenset[str]]:
    """Return the newest revisions of this release, and all of them. Reads every migration the first time."""
    scripts = ScriptDirectory(str(_MIGRATIONS))
    return frozenset(scripts.get_heads()), frozenset(script.revision for script in scripts.walk_revisions())


def behind(applied: frozenset[str]) -> bool:
    """True when a migration of this release is missing.

    A database that is ahead is fine: a new release comes up while the old one still serves.
    """
    newest, known = known_revisions()
    return not applied or (applied != newest and applied <= known)


class ReadinessProbe:
    """Asks the database and the store whether they serve, at most once a second, on behalf of everybody who asks."""

    def __init__(self, database: Database, store: DocumentStore) -> None:
        self._database = database
        self._store = store
        self._asking: asyncio.Task[None] | None = None
        self._reasons: tuple[Reason, ...] = ()
        self._asked_at = -_KEPT_SECONDS
        self._migrated = False

    async def require_ready(self) -> ServiceReadiness:
        """Raise `NotServing` with every reason why requests cannot be served."""
        if self._asking is None and monotonic() - self._asked_at >= _KEPT_SECONDS:
            self._asking = asyncio.create_task(self._ask())
        if self._asking is not None:
            # Others wait for the same: who gives up must not take it from them.
            await asyncio.shield(self._asking)
        if self._reasons:
            raise NotServing(self._reasons)
        return ServiceReadiness(status="ready")

    async def _ask(self) -> None:
        try:
            found = [await self._database_fault(), await _store_fault(self._store)]
            self._reasons = tuple(Reason(code, detail) for code, detail in filter(None, found))
            self._asked_at = monotonic()
        finally:
            self._asking = None

    async def _database_fault(self) -> tuple[str, str] | None:
        # Requests that were answered just now prove that it serves, and need the connection more.
        if self._migrated and monotonic() - self._database.answered_at < _KEPT_SECONDS:
            return None
        await to_thread.run_sync(known_revisions)
        try:
            async with self._database.lease(read_only=True) as session:
                applied = await applied_revisions(session)
        except (Unavailable, SQLAlchemyError):
            return "database_unreachable", "The database does not answer."
        self._migrated = not behind(applied)
        if not self._migrated:
            return "migrations_pending", "The database is not at this release's migration."
        return None


async def show_metrics(database: Database, metrics: Metrics) -> bytes:
    """Write the metrics in Prometheus's text format; without the waiting work while the database is down."""
    readings = [*_of_process(database.leases)]
    try:
        async with asyncio.timeout(_READ_SECONDS), database.transaction() as session:
            readings += (Reading(name, value, tuple(labels)) for name, labels, value in await read_waiting(session))
            (migration,) = sorted(await applied_revisions(session))[-1:] or ("",)
    except (Unavailable, SQLAlchemyError, TimeoutError):
        return metrics.show([*readings, Reading("database_up", 0)])
    built = Reading("build_info", 1, (version(), revision(), migration))
    return metrics.show([*readings, Reading("database_up", 1), built])


def _of_process(leases: Leases) -> Iterator[Reading]:
    yield Reading("database_connections", leases.held, ("held",))
    yield Reading("database_connections", leases.idle, ("idle",))
    yield Reading("database_connections_limit", leases.size)
    yield Reading("database_waiting", leases.waiting)
    yield Reading("database_connection_timeouts", leases.timeouts)
    yield Reading("database_connections_lost", leases.lost)
    for kind, places in KINDS.items():
        yield Reading("places_limit", places.at_once, (kind,))
        yield Reading("places_running", places.running, (kind,))
        yield Reading("places_waiting", places.waiting, (kind,))
        yield Reading("places_refused", places.refused, (kind,))


async def _store_fault(store: DocumentStore) -> tuple[str, str] | None:
    try:
        await store.check()
    except WrongStore as error:
        return "store_not_ours", str(error)
    except StorageError:
        return "store_not_writable", "The document store cannot be written to."
    return None
