"""Empty a sandbox by a function of the owner, because no process logs in as the owner any more."""

from collections.abc import Sequence

from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FUNCTION = """
CREATE OR REPLACE FUNCTION empty_sandbox(tables text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM deployment WHERE sandbox) THEN
        RAISE EXCEPTION 'not a sandbox' USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE (SELECT 'TRUNCATE ' || string_agg(quote_ident(name), ', ') || ' CASCADE' FROM unnest(tables) AS name);
END
$$
"""


def upgrade() -> None:
    """Create it."""
    op.execute(_FUNCTION)


def downgrade() -> None:
    """Drop it, and the policies that `migrate` makes after the migrations: they name other tables."""
    run = op.get_bind().exec_driver_sql
    for table, policy in run("SELECT polrelid::regclass::text, polname FROM pg_policy").all():
        run(f"DROP POLICY {policy} ON {table}")
        run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP FUNCTION empty_sandbox")
