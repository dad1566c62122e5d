"""A second look of its own in `enqueue_once`: all of one expression sees the rows as they were when it began, so a
caller that waited for nothing could still miss the job that the lock's last holder had just left."""

from collections.abc import Sequence

from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WITHOUT = """
CREATE OR REPLACE FUNCTION enqueue_once(job text, turn bigint, job_headers jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pgqueuer WHERE entrypoint = job AND status = 'queued')
       OR NOT pg_try_advisory_xact_lock(turn)
       OR EXISTS (SELECT FROM pgqueuer WHERE entrypoint = job AND status = 'queued')
    THEN
        RETURN;
    END IF;
    WITH made AS (
        INSERT INTO pgqueuer (priority, entrypoint, headers, status) VALUES (0, job, job_headers, 'queued')
        RETURNING id
    )
    INSERT INTO pgqueuer_log (job_id, status, entrypoint, priority) SELECT id, 'queued', job, 0 FROM made;
END
$$
"""
_WITH = _WITHOUT.replace(
    "OR NOT pg_try_advisory_xact_lock(turn)\n       OR EXISTS",
    "OR NOT pg_try_advisory_xact_lock(turn)\n    THEN\n        RETURN;\n    END IF;\n    IF EXISTS",
)


def upgrade() -> None:
    """Look again in a query of its own."""
    op.get_bind().exec_driver_sql(_WITH)


def downgrade() -> None:
    """Look twice in one expression."""
    op.get_bind().exec_driver_sql(_WITHOUT)
