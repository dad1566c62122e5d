"""Readiness and metrics."""

from functools import lru_cache
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from app.database import Database
from app.domain.refusals.operations import NotServing, Reason
from app.domain.refusals.requests import Unavailable
from app.integrations.storage import DocumentStore, StorageError
from app.metrics import Metrics
from app.queries.operations import applied_revisions, read_backlog
from app.schemas.operations import ServiceReadiness

_MIGRATIONS = Path(__file__).parents[3] / "migrations"
# Every probe overwrites the same key, so probes leave one object at most.
_PROBE = "readiness-probe"


@lru_cache
def newest_revisions() -> frozenset[str]:
    """Return the revisions that this release expects."""
    return frozenset(ScriptDirectory(str(_MIGRATIONS)).get_heads())


def behind(applied: frozenset[str]) -> bool:
    """True when a migration of this release is missing.

    A database that is ahead is fine: a new release comes up while the old one still serves.
    """
    known = {revision.revision for revision in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}
    return not applied or (applied != newest_revisions() and applied <= known)


async def require_ready(database: Database, store: DocumentStore) -> ServiceReadiness:
    """Raise `NotServing` with every reason why requests cannot be served."""
    found = [await _database_fault(database), await _store_fault(store)]
    reasons = [Reason(code, detail) for code, detail in filter(None, found)]
    if reasons:
        raise NotServing(tuple(reasons))
    return ServiceReadiness(status="ready")


async def show_metrics(database: Database, metrics: Metrics) -> bytes:
    """Write the counters in Prometheus's text format, without the backlog while the database is down."""
    try:
        async with database.transaction() as session:
            backlog = await read_backlog(session)
    except (Unavailable, SQLAlchemyError):
        return metrics.show(None)
    return metrics.show(backlog.counts, backlog.oldest_seconds)


async def _database_fault(database: Database) -> tuple[str, str] | None:
    try:
        async with database.transaction() as session:
            applied = await applied_revisions(session)
    except (Unavailable, SQLAlchemyError):
        return "database_unreachable", "The database does not answer."
    if behind(applied):
        return "migrations_pending", "The database is not at this release's migration."
    return None


async def _store_fault(store: DocumentStore) -> tuple[str, str] | None:
    try:
        await store.put(_PROBE, b"ready")
    except StorageError:
        return "store_not_writable", "The document store cannot be written to."
    return None
