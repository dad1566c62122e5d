"""Changes of one's email address: a token to cancel, from where they were asked for, and one open change a person."""

from collections.abc import Sequence

from alembic import op

from migrations.steps import briefly, build_index, drop_index

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """The release before writes no row of this table."""
    briefly(
        "ALTER TABLE email_changes ADD IF NOT EXISTS cancel_token_hash bytea, ADD IF NOT EXISTS requested_from text"
    )
    build_index("uq_email_changes_cancel_token_hash", "email_changes", "cancel_token_hash", unique=True)
    build_index(
        "uq_open_email_change_of_person",
        "email_changes",
        "person_id",
        where="used_at IS NULL AND voided_at IS NULL",
        unique=True,
    )


def downgrade() -> None:
    """The release before knows none of it."""
    drop_index("uq_open_email_change_of_person")
    drop_index("uq_email_changes_cancel_token_hash")
    op.execute("ALTER TABLE email_changes DROP IF EXISTS cancel_token_hash, DROP IF EXISTS requested_from")
