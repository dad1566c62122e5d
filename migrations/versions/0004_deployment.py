"""What this database is for, which is decided once: real data, or a sandbox with a clock that can be moved."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the table. The first process of this release that starts writes its one row."""
    op.create_table(
        "deployment",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ahead", sa.Interval(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_deployment_single"),
        sa.CheckConstraint("ahead >= interval '0' AND (sandbox OR ahead = interval '0')", name="ck_deployment_clock"),
        sa.PrimaryKeyConstraint("id", name="pk_deployment"),
    )


def downgrade() -> None:
    """Take the table away: the release before knows no sandbox."""
    op.drop_table("deployment")
