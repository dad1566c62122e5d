"""Who is sending an email, and the seed of its first password."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add nullable columns, which rewrites no row."""
    op.add_column("emails", sa.Column("sending_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("emails", sa.Column("sending_by", sa.Uuid(), nullable=True))
    op.add_column("emails", sa.Column("password_seed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Remove the columns."""
    for name in ("password_seed", "sending_by", "sending_since"):
        op.drop_column("emails", name)
