"""Which document store belongs to the database, what was issued, which files are damaged, and how far a check is."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.steps import build_index, drop_index

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NAMED_IN = ("policy_versions", "action_evidence", "documents")


def upgrade() -> None:
    """Add columns and tables, and find rows by the key of their file."""
    op.execute("ALTER TABLE deployment ADD IF NOT EXISTS store_id uuid, ADD IF NOT EXISTS store_tied_at timestamptz")
    op.create_table(
        "issued_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('certificate', 'invoice', 'welcome_pack')", name=op.f("ck_issued_files_issuedkind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_files")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_issued_files_kind")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_issued_files_storage_key")),
        if_not_exists=True,
    )
    op.create_table(
        "damaged_files",
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("damage", sa.String(64), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("damage IN ('missing', 'wrong_size', 'changed')", name=op.f("ck_damaged_files_damage")),
        sa.PrimaryKeyConstraint("storage_key", name=op.f("pk_damaged_files")),
        if_not_exists=True,
    )
    op.create_table(
        "store_checks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
        sa.Column("last_counted", sa.BigInteger(), nullable=False),
        sa.Column("last_found", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_store_checks")),
        if_not_exists=True,
    )
    for table in _NAMED_IN:
        build_index(f"ix_{table}_storage_key", table, "storage_key")


def downgrade() -> None:
    """The release before knows none of it."""
    for table in _NAMED_IN:
        drop_index(f"ix_{table}_storage_key")
    for table in ("store_checks", "damaged_files", "issued_files"):
        op.drop_table(table, if_exists=True)
    op.execute("ALTER TABLE deployment DROP IF EXISTS store_tied_at, DROP IF EXISTS store_id")
