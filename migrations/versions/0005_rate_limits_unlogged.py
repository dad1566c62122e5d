"""The rate limits are counted on every request: their table is written without the log, and with room in its pages."""

from collections.abc import Sequence

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Emptied first, so that it is not copied while requests wait for it."""
    op.execute("TRUNCATE rate_limits")
    op.execute("ALTER TABLE rate_limits SET UNLOGGED, SET (fillfactor = 50)")


def downgrade() -> None:
    op.execute("TRUNCATE rate_limits")
    op.execute("ALTER TABLE rate_limits RESET (fillfactor), SET LOGGED")
