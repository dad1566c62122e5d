"""What operators watch: the schema's revision, waiting work and held work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.queries.visibility import Reason, unfiltered


class Waiting(NamedTuple):
    """Work that waits, or is overdue: the name of the metric that shows it, its labels, and the value."""

    metric: str
    labels: Sequence[str]
    value: float


@unfiltered(Reason.SYSTEM)
async def applied_revisions(session: AsyncSession) -> frozenset[str]:
    """Return the database's revisions; none before the first migration."""
    # Before `migrate` has given our role its rights, it cannot read the table.
    readable = "SELECT has_table_privilege(to_regclass('alembic_version'), 'SELECT')"
    if not await session.scalar(text(readable)):
        return frozenset()
    return frozenset((await session.scalars(text("SELECT version_num FROM alembic_version"))).all())


# Ages use the database's clock, as the queue's times do. Events are counted up to a bound, because a count reads them.
_WAITING: Final = text(
    """
    SELECT 'jobs', ARRAY[entrypoint, status::text], count(*)::float FROM pgqueuer GROUP BY 2
    UNION ALL SELECT 'job_oldest_seconds', ARRAY[entrypoint],
        extract(epoch FROM max(clock_timestamp() - execute_after))::float
        FROM pgqueuer WHERE status = 'queued' AND execute_after <= clock_timestamp() GROUP BY 2
    UNION ALL SELECT 'emails', ARRAY[status], count(*)::float
        FROM emails WHERE status IN ('queued', 'held') GROUP BY 2
    UNION ALL SELECT 'events_unpublished', '{}', count(*)::float
        FROM (SELECT FROM events WHERE public IS NOT NULL AND position IS NULL LIMIT 10000) AS unpublished
    UNION ALL SELECT 'file_unscanned_oldest_seconds', '{}',
        coalesce(extract(epoch FROM clock_timestamp() - min(uploaded_at)), 0)::float FROM (
            SELECT uploaded_at FROM policy_versions WHERE scan_state = 'pending' AND redacted_at IS NULL
            UNION ALL SELECT sent_at FROM action_evidence
            WHERE scan_state = 'pending' AND redacted_at IS NULL
        ) AS unscanned
    UNION ALL SELECT 'recurring_job_late_seconds', ARRAY[entrypoint],
        greatest(extract(epoch FROM max(clock_timestamp() - next_run)), 0)::float FROM pgqueuer_schedules GROUP BY 2
    UNION ALL SELECT 'documents_damaged', '{}', count(*)::float FROM damaged_files
    UNION ALL SELECT 'store_check_age_seconds', ARRAY[name],
        extract(epoch FROM clock_timestamp() - coalesce(completed_at, store_tied_at))::float
        FROM (VALUES ('orphans'), ('documents')) AS checks (name)
        LEFT JOIN store_checks USING (name) LEFT JOIN deployment ON true
        WHERE coalesce(completed_at, store_tied_at) IS NOT NULL
    UNION ALL SELECT 'store_check_found', ARRAY[name], last_found::float
        FROM store_checks WHERE completed_at IS NOT NULL
    UNION ALL SELECT 'webhook_oldest_seconds', '{}',
        coalesce(extract(epoch FROM clock_timestamp() - min(waiting.created_at)), 0)::float
        FROM webhook_deliveries AS waiting JOIN webhook_endpoints AS endpoint ON endpoint.id = waiting.endpoint_id
        WHERE waiting.next_at IS NOT NULL AND endpoint.disabled_at IS NULL AND endpoint.deleted_at IS NULL
    UNION ALL SELECT 'webhook_endpoints', ARRAY[state], count(*)::float FROM (
        SELECT CASE WHEN disabled_at IS NOT NULL THEN disabled_reason WHEN failing_since IS NOT NULL THEN 'failing'
            ELSE 'healthy' END AS state FROM webhook_endpoints WHERE deleted_at IS NULL
    ) AS states GROUP BY 2
    UNION ALL SELECT 'security_events_recent', ARRAY[kind, outcome], count(*)::float FROM (
        SELECT kind, outcome FROM security_events WHERE at > clock_timestamp() - interval '15 minutes' LIMIT 100000
    ) AS recent GROUP BY 2
    """
)


@unfiltered(Reason.SYSTEM)
async def read_waiting(session: AsyncSession) -> list[Waiting]:
    """Count waiting, held and overdue work. `failed` jobs and `held` emails wait for a person."""
    return [Waiting(*row) for row in await session.execute(_WAITING)]


class ServerFacts(NamedTuple):
    """What a database server says of itself. `connections` is how many it has for accounts like ours."""

    version: int
    encoding: str
    recovering: bool
    read_only: bool
    connections: int
    connections_of_others: int
    switched_off: Sequence[str]
    archiver_failing: bool


_FACTS: Final = text(
    """
    SELECT current_setting('server_version_num')::int / 10000,
        current_setting('server_encoding'),
        pg_is_in_recovery(),
        current_setting('default_transaction_read_only')::bool,
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
            - coalesce(current_setting('reserved_connections', true), '0')::int,
        (SELECT count(*) FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND datname IS DISTINCT FROM current_database()),
        (SELECT array_agg(name ORDER BY name) FROM pg_settings
            WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'),
        (SELECT last_failed_time > coalesce(last_archived_time, '-infinity') FROM pg_stat_archiver)
    """
)


@unfiltered(Reason.SYSTEM)
async def read_server_facts(session: AsyncSession) -> ServerFacts:
    """Return what the server says of itself."""
    *plain, switched_off, failing = (await session.execute(_FACTS)).one()
    return ServerFacts._make((*plain, switched_off or (), bool(failing)))


@unfiltered(Reason.SYSTEM)
async def row_policies_bind(session: AsyncSession) -> bool:
    """False for a role that owns the tables, is a superuser or has BYPASSRLS: it sees every row in every context."""
    # Null before the first migration.
    active = text("SELECT row_security_active(to_regclass('public.applications')::oid)")
    return (await session.execute(active)).scalar_one() is not False


@unfiltered(Reason.SYSTEM)
async def read_server_time(session: AsyncSession) -> datetime:
    """Return the server's time at this moment, not the transaction's."""
    found: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return found
