"""Roles that wait for the confirmation of a second administrator."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ROLES = "'customer_experience', 'finance', 'centre_lead', 'quality_assurance_manager', 'administrator'"


def upgrade() -> None:
    """Add the table, which the release before does not know."""
    op.create_table(
        "role_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Uuid()),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(f"role IN ({_ROLES})", name=op.f("ck_role_grants_staffrole")),
        sa.CheckConstraint(
            "status IN ('pending', 'confirmed', 'refused', 'withdrawn', 'expired')",
            name=op.f("ck_role_grants_rolegrantstatus"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_members.id"], name=op.f("fk_role_grants_staff_id_staff_members")),
        sa.ForeignKeyConstraint(["requested_by"], ["people.id"], name=op.f("fk_role_grants_requested_by_people")),
        sa.ForeignKeyConstraint(["settled_by"], ["people.id"], name=op.f("fk_role_grants_settled_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
        if_not_exists=True,
    )
    op.create_index(
        "uq_role_grants_pending",
        "role_grants",
        ["staff_id", "role"],
        unique=True,
        postgresql_where=sa.text("status = 'pending'"),
        if_not_exists=True,
    )
    op.create_index("ix_role_grants_staff", "role_grants", ["staff_id"], if_not_exists=True)
    op.create_index("ix_role_grants_status", "role_grants", ["status", "id"], if_not_exists=True)


def downgrade() -> None:
    """The release before knows none of it."""
    op.drop_table("role_grants", if_exists=True)
