"""What finance records of a centre for its invoices."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0046"
down_revision: str | None = "0045"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the table, which the release before does not know: it taxes every centre alike."""
    op.create_table(
        "invoicing_profiles",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("eligible_body", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Text()),
        sa.Column("electronic_scheme", sa.String(64)),
        sa.Column("electronic_id", sa.Text()),
        sa.Column("recorded_by", sa.Uuid()),
        sa.Column("recorded_by_name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "electronic_scheme IN ('0060', '0088', '0199', '9932', 'EM')",
            name=op.f("ck_invoicing_profiles_addressscheme"),
        ),
        sa.CheckConstraint(
            "NOT eligible_body OR evidence IS NOT NULL", name=op.f("ck_invoicing_profiles_eligible_body_has_evidence")
        ),
        sa.CheckConstraint(
            "(electronic_scheme IS NULL) = (electronic_id IS NULL)",
            name=op.f("ck_invoicing_profiles_electronic_address_is_whole"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_invoicing_profiles_centre_id_centres")),
        sa.PrimaryKeyConstraint("centre_id", name=op.f("pk_invoicing_profiles")),
        if_not_exists=True,
    )


def downgrade() -> None:
    """The release before knows none of it."""
    op.drop_table("invoicing_profiles", if_exists=True)
