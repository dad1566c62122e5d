"""References to objects in finance systems."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.steps import briefly, in_batches

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A system is one, whatever the case of its name (`system_key`). An entry whose external id another object of its kind
# has already is not stored, as with the entries' own constraint.
_KEEP = """
CREATE OR REPLACE FUNCTION keep_external_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO external_refs
        (subject_id, system, subject_type, external_id, sync_state, last_attempt_at, changed_at)
    VALUES (NEW.id, lower(NEW.external_system COLLATE "C"), NEW.kind, NEW.external_payment_id, 'synced',
        NEW.recorded_at, NEW.recorded_at)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END
$$
"""
_EXTERNAL = "external_system IS NOT NULL AND kind IN ('payment', 'refund')"
_CATCH_UP = f"""
INSERT INTO external_refs (subject_id, system, subject_type, external_id, sync_state, last_attempt_at, changed_at)
SELECT id, lower(external_system COLLATE "C"), kind, external_payment_id, 'synced', recorded_at, recorded_at
FROM invoice_entries WHERE id = ANY(:ids) AND {_EXTERNAL}
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """The release before records payments as it did: the trigger refers to them."""
    op.create_table(
        "external_refs",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.String(64), nullable=False),
        sa.Column("external_id", sa.Text()),
        sa.Column("sync_state", sa.String(64), nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True)),
        sa.Column("url", sa.Text()),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "subject_type IN ('invoice', 'credit_note', 'payment', 'refund', 'centre')",
            name=op.f("ck_external_refs_refsubject"),
        ),
        sa.CheckConstraint("sync_state IN ('pending', 'synced', 'failed')", name=op.f("ck_external_refs_syncstate")),
        sa.CheckConstraint(
            "external_id IS NOT NULL OR sync_state <> 'synced'", name=op.f("ck_external_refs_what_is_synced_has_an_id")
        ),
        sa.PrimaryKeyConstraint("subject_id", "system", name=op.f("pk_external_refs")),
        sa.UniqueConstraint("subject_type", "system", "external_id", name=op.f("uq_external_refs_subject_type")),
        if_not_exists=True,
    )
    op.create_index(
        "ix_external_refs_system",
        "external_refs",
        ["system", "sync_state", "subject_type", "subject_id"],
        if_not_exists=True,
    )
    op.execute(_KEEP)
    briefly(
        "CREATE OR REPLACE TRIGGER keep_external_payment BEFORE INSERT ON invoice_entries FOR EACH ROW "
        "WHEN (NEW.external_system IS NOT NULL AND NEW.kind IN ('payment', 'refund')) "
        "EXECUTE FUNCTION keep_external_payment()"
    )
    in_batches("invoice_entries", _CATCH_UP, where=_EXTERNAL)


def downgrade() -> None:
    """The release before knows none of it."""
    op.execute("DROP TRIGGER IF EXISTS keep_external_payment ON invoice_entries")
    op.execute("DROP FUNCTION IF EXISTS keep_external_payment()")
    op.drop_table("external_refs", if_exists=True)
