"""The content of an uploaded file can be removed; its record stays, and says since when the content is gone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.steps import briefly

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SCANNED = ("scan_state", "scan_detail", "scanned_at")
# What an inspection noticed is taken from the content, and goes with it.
_REDACTED = {
    "action_evidence": ("redacted_at", "file_name", "inspection_notices"),
    "documents": ("redacted_at", "file_name"),
    "policy_versions": ("redacted_at", "file_name", "inspection_notices"),
}


def _guard(table: str, changeable: Sequence[str]) -> str:
    arguments = ", ".join(f"'{name}'" for name in changeable)
    return (
        f"CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_change({arguments})"
    )


def _guard_name(table: str) -> str:
    """A file's name changes only while its content goes."""
    return (
        f"CREATE OR REPLACE TRIGGER keep_file_name BEFORE UPDATE ON {table} FOR EACH ROW "
        "WHEN (NEW.file_name <> OLD.file_name AND (NEW.redacted_at IS NULL OR OLD.redacted_at IS NOT NULL)) "
        "EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    """Add the table, and columns that may be empty: the release before this one goes on writing rows without them."""
    for table, columns in _REDACTED.items():
        briefly(
            f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS redacted_at timestamptz",
            _guard(table, (*_SCANNED, *columns)),
            _guard_name(table),
        )
    op.create_table(
        "file_redactions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_kind", sa.String(64), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("redact_file_name", sa.Boolean(), nullable=False),
        sa.Column("by_centre", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_by_name", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("settled_by", sa.Uuid()),
        sa.Column("settled_by_name", sa.Text()),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "file_kind IN ('policy_version', 'action_evidence', 'document')",
            name=op.f("ck_file_redactions_uploadkind"),
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'done', 'refused', 'withdrawn', 'expired')",
            name=op.f("ck_file_redactions_redactionstatus"),
        ),
        sa.CheckConstraint(
            "reason IN ('personal_data', 'wrong_organisation', 'other')",
            name=op.f("ck_file_redactions_redactionreason"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_file_redactions_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["people.id"], name=op.f("fk_file_redactions_requested_by_people")),
        sa.ForeignKeyConstraint(["settled_by"], ["people.id"], name=op.f("fk_file_redactions_settled_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_redactions")),
        if_not_exists=True,
    )
    indexes = {
        "status": ["status", "id"],
        "application": ["application_id"],
        "storage_key": ["storage_key"],
    }
    for name, indexed in indexes.items():
        op.create_index(f"ix_file_redactions_{name}", "file_redactions", indexed, if_not_exists=True)
    op.create_index(
        "uq_file_redactions_open",
        "file_redactions",
        ["file_kind", "file_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('pending', 'done')"),
        if_not_exists=True,
    )
    op.create_index(
        "ix_file_redactions_to_discard",
        "file_redactions",
        ["id"],
        postgresql_where=sa.text("status = 'done' AND gone_at IS NULL"),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Forget what was removed. The content of the files does not come back."""
    op.drop_table("file_redactions", if_exists=True)
    for table in _REDACTED:
        briefly(
            _guard(table, _SCANNED),
            f"DROP TRIGGER IF EXISTS keep_file_name ON {table}",
            f"ALTER TABLE {table} DROP COLUMN IF EXISTS redacted_at",
        )
