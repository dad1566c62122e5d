"""Further addresses for letters about a centre's invoices."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the table, which the release before does not know: it goes on writing to contacts only."""
    op.create_table(
        "invoice_addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_invoice_addresses_centre_id_centres")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_addresses")),
        sa.UniqueConstraint("centre_id", "email_key", name=op.f("uq_invoice_addresses_centre_id")),
        if_not_exists=True,
    )
    op.create_index(
        "ix_invoice_addresses_lower_email_key",
        "invoice_addresses",
        [sa.text("lower(email_key)")],
        if_not_exists=True,
    )


def downgrade() -> None:
    """The release before knows none of it."""
    op.drop_table("invoice_addresses", if_exists=True)
