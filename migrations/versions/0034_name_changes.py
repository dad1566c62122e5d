"""Changes of a centre's names by request, and certificates that are issued anew."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.steps import briefly, build_index, drop_index

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add tables that the release before does not know, and a column that it leaves empty."""
    op.create_table(
        "name_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("old_name", sa.Text(), nullable=False),
        sa.Column("old_trading_name", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("trading_name", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by_name", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by_name", sa.Text()),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.Text()),
        sa.CheckConstraint(
            "status IN ('pending', 'approved', 'refused', 'replaced')", name=op.f("ck_name_changes_namechangestatus")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_name_changes_centre_id_centres")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_changes")),
        if_not_exists=True,
    )
    op.create_index(
        "uq_pending_name_change_of_centre",
        "name_changes",
        ["centre_id"],
        unique=True,
        postgresql_where=sa.text("status = 'pending'"),
        if_not_exists=True,
    )
    op.create_index("ix_name_changes_centre_id", "name_changes", ["centre_id"], if_not_exists=True)
    op.create_index("ix_name_changes_status_id", "name_changes", ["status", "id"], if_not_exists=True)
    op.create_table(
        "replaced_certificates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("recognition_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("centre_name", sa.Text(), nullable=False),
        sa.Column("centre_town", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recognition_id"], ["recognitions.id"], name=op.f("fk_replaced_certificates_recognition_id_recognitions")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_replaced_certificates_centre_id_centres")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replaced_certificates")),
        sa.UniqueConstraint("number", name=op.f("uq_replaced_certificates_number")),
        if_not_exists=True,
    )
    op.create_index(
        "ix_replaced_certificates_recognition_id", "replaced_certificates", ["recognition_id"], if_not_exists=True
    )
    briefly("ALTER TABLE recognitions ADD IF NOT EXISTS certificate_id uuid")
    build_index("uq_certificate_of_recognition", "recognitions", "certificate_id", unique=True)


def downgrade() -> None:
    """The release before knows none of it. The policies that name the column go: its own `migrate` makes others."""
    run = op.get_bind().exec_driver_sql
    for (policy,) in run("SELECT polname FROM pg_policy WHERE polrelid = 'issued_files'::regclass").all():
        run(f"DROP POLICY {policy} ON issued_files")
    op.execute("ALTER TABLE issued_files DISABLE ROW LEVEL SECURITY")
    drop_index("uq_certificate_of_recognition")
    op.execute("ALTER TABLE recognitions DROP IF EXISTS certificate_id")
    op.drop_table("replaced_certificates", if_exists=True)
    op.drop_table("name_changes", if_exists=True)
