"""Readiness and metrics."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from time import monotonic

from alembic.script import ScriptDirectory
from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import SQLAlchemyError

from app.database import Database
from app.domain.refusals.operations import NotServing, Reason
from app.domain.refusals.requests import Unavailable
from app.integrations import breached_passwords
from app.integrations.inspection.processes.pool import POOL
from app.integrations.storage import DocumentStore, StorageError, WrongStore
from app.integrations.virus_scan import OUTCOMES
from app.leases import Leases
from app.logs import lines_suppressed
from app.metrics import Metrics, Reading
from app.places import KINDS
from app.queries.operations import applied_revisions, read_waiting
from app.schemas.operations import ServiceReadiness
from app.services.security_events import RECORDED
from app.version import revision, version

_MIGRATIONS = Path(__file__).parents[3] / "migrations"
# Balancers ask every few seconds; whoever asks more often gets the same answer.
_KEPT_SECONDS = 1.0
# Balancers commonly wait for two seconds.
_ANSWERED_SECONDS = 1.8
_DATABASE_SILENT = ("database_unreachable", "The database does not answer.")
_THREAD = CapacityLimiter(1)
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


Fault = tuple[str, str]
"""The code of a reason, and the reason in words."""


class _Part:
    """Something that requests need: asked once at a time, and at most once a second, on behalf of everybody."""

    def __init__(self, ask: Callable[[], Awaitable[Fault | None]], silent: Fault) -> None:
        """`ask` is left to end by itself; for as long as it takes too long, the answer is `silent`."""
        self._ask = ask
        self._silent = silent
        self._asking: asyncio.Task[None] | None = None
        self._found: Fault | None = None
        self._asked_at = float("-inf")

    async def fault(self) -> Fault | None:
        """What is wrong with it, within `_ANSWERED_SECONDS`."""
        if self._asking is None and monotonic() - self._asked_at >= _KEPT_SECONDS:
            self._asking = asyncio.create_task(self._find())
        if self._asking is not None:
            try:
                async with asyncio.timeout(_ANSWERED_SECONDS):
                    # Others wait for the same: who gives up must not take it from them.
                    await asyncio.shield(self._asking)
            except TimeoutError:
                return self._silent
        return self._found

    def forget(self) -> None:
        """Ask again when next probed."""
        self._asked_at = float("-inf")

    async def _find(self) -> None:
        try:
            self._found = await self._ask()
            self._asked_at = monotonic()
        finally:
            self._asking = None


class ReadinessProbe:
    """Tells within two seconds whether requests can be served, whatever hangs."""

    def __init__(self, database: Database, store: DocumentStore) -> None:
        self._database = database
        self._store = store
        self._migrated = False
        self._ending = False
        self.parts = (
            _Part(self._database_fault, _DATABASE_SILENT),
            _Part(self._store_fault, ("store_silent", "The document store does not answer.")),
        )

    def end(self) -> None:
        """Say from now on that the process is about to end."""
        self._ending = True

    async def require_ready(self) -> ServiceReadiness:
        """Raise `NotServing` with every reason why requests cannot be served."""
        if self._ending:
            raise NotServing((Reason("stopping", "This process is about to end: send requests to another."),))
        found = await asyncio.gather(*(part.fault() for part in self.parts))
        reasons = tuple(Reason(code, detail) for code, detail in filter(None, found))
        if reasons:
            raise NotServing(reasons)
        return ServiceReadiness(status="ready")

    async def _database_fault(self) -> Fault | None:
        # Requests that were answered just now prove that it serves, and need the connection more.
        if self._migrated and monotonic() - self._database.leases.answered_at < _KEPT_SECONDS:
            return None
        # A thread of its own: a disk that hangs takes those that everything else shares.
        await to_thread.run_sync(known_revisions, limiter=_THREAD)
        try:
            async with asyncio.timeout(_ANSWERED_SECONDS), self._database.transaction() as session:
                applied = await applied_revisions(session)
        except (Unavailable, SQLAlchemyError, TimeoutError):
            return _DATABASE_SILENT
        self._migrated = not behind(applied)
        if not self._migrated:
            return "migrations_pending", "The database is not at this release's migration."
        return None

    async def _store_fault(self) -> Fault | None:
        try:
            await self._store.check()
        except WrongStore as error:
            return "store_not_ours", str(error)
        except StorageError:
            return "store_not_writable", "The document store cannot be written to."
        return None


async def show_metrics(
    database: Database, metrics: Metrics, also: Iterable[Reading] = (), *, within: float = _READ_SECONDS
) -> bytes:
    """Write the metrics in Prometheus's text format; without the waiting work while the database is down.

    The database has so many seconds. `also` is what the caller has read.
    """
    readings = [*_of_process(database.leases), *also]
    try:
        async with asyncio.timeout(within), database.transaction() as session:
            readings += (Reading(name, value, tuple(labels)) for name, labels, value in await read_waiting(session))
            (migration,) = sorted(await applied_revisions(session))[-1:] or ("",)
    except (Unavailable, SQLAlchemyError, TimeoutError):
        return await metrics.show_all([*readings, Reading("database_up", 0)])
    built = Reading("build_info", 1, (version(), revision(), migration))
    return await metrics.show_all([*readings, Reading("database_up", 1), built])


def show_own(database: Database, metrics: Metrics) -> bytes:
    """Write what this process alone can tell, for the other processes of the server."""
    return metrics.show(_of_process(database.leases))


def _of_process(leases: Leases) -> Iterator[Reading]:
    yield Reading("database_connections", leases.held, ("held",))
    yield Reading("database_connections", leases.idle, ("idle",))
    yield Reading("database_connections_limit", leases.size)
    yield Reading("database_waiting", leases.waiting)
    yield Reading("database_connection_timeouts", leases.timeouts)
    yield Reading("database_connections_lost", leases.lost)
    yield Reading("log_lines_suppressed", lines_suppressed())
    for outcome in ("clean", "infected", "failed", "unavailable"):
        yield Reading("scans", OUTCOMES[outcome], (outcome,))
    for outcome in ("unknown", "breached", "unavailable"):
        yield Reading("breached_passwords", breached_passwords.OUTCOMES[outcome], (outcome,))
    yield Reading("inspection_unforeseen", POOL.unforeseen)
    yield Reading("inspection_unconfined", POOL.confined is False)
    for (event, outcome), number in RECORDED.items():
        yield Reading("security_events", number, (event, outcome))
    for kind, places in KINDS.items():
        yield Reading("places_limit", places.at_once, (kind,))
        yield Reading("places_running", places.running, (kind,))
        yield Reading("places_waiting", places.waiting, (kind,))
        yield Reading("places_refused", places.refused, (kind,))
