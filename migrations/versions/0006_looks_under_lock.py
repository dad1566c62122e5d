"""Functions that take an advisory lock and then look: one statement alone would see the rows as they were before it."""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Each query of a volatile function sees what was committed before that query. Nobody waits: who does not get the lock
# leaves the job to its holder, whose job starts after its commit and so after the caller's.
ENQUEUE_ONCE = """
CREATE FUNCTION enqueue_once(job text, turn bigint, job_headers jsonb) RETURNS void LANGUAGE plpgsql AS $$
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

CLAIM_ANSWER = """
CREATE FUNCTION claim_answer(turn bigint, scope text) RETURNS TABLE (
    claimed boolean, request_hash bytea, status smallint, headers jsonb, body bytea
) LANGUAGE plpgsql AS $$
BEGIN
    claimed := pg_try_advisory_xact_lock(turn);
    SELECT kept.request_hash, kept.status, kept.headers, kept.body INTO request_hash, status, headers, body
    FROM idempotent_answers AS kept WHERE kept.key = scope;
    RETURN NEXT;
END
$$
"""


def upgrade() -> None:
    """Create them."""
    run = op.get_bind().exec_driver_sql
    run(ENQUEUE_ONCE)
    run(CLAIM_ANSWER)


def downgrade() -> None:
    """Drop them."""
    run = op.get_bind().exec_driver_sql
    run("DROP FUNCTION enqueue_once")
    run("DROP FUNCTION claim_answer")
