"""The tax point of an invoice. Invoices of earlier releases have that of their issue."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add a column that the release before leaves empty."""
    op.add_column("invoices", sa.Column("tax_point", sa.Date(), nullable=True), if_not_exists=True)


def downgrade() -> None:
    op.drop_column("invoices", "tax_point")
