"""PgQueuer's tables, for the statement that enqueues jobs beside other rows. A test compares them with its own."""

from sqlalchemy import BigInteger, ColumnClause, Integer, LargeBinary, Text, column, literal_column, table
from sqlalchemy.dialects.postgresql import JSONB

JOBS = table(
    "pgqueuer",
    column("id", BigInteger()),
    column("priority", Integer()),
    column("entrypoint", Text()),
    column("payload", LargeBinary()),
    column("headers", JSONB()),
    column("status"),
)
JOB_LOG = table(
    "pgqueuer_log",
    column("job_id", BigInteger()),
    column("priority", Integer()),
    column("entrypoint", Text()),
    column("status"),
)
QUEUED: ColumnClause[str] = literal_column("'queued'::pgqueuer_status")
