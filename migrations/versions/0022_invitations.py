"""Invitations that their addressee accepts, and changes of one's email address."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.steps import briefly

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """The memberships of the release before are accepted ones: nobody was asked."""
    briefly(
        "ALTER TABLE memberships ADD IF NOT EXISTS pending boolean NOT NULL DEFAULT false, "
        "ADD IF NOT EXISTS invited_first_name text, ADD IF NOT EXISTS invited_last_name text, "
        "ADD IF NOT EXISTS invited_email text"
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_invitations_membership_id_memberships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
        if_not_exists=True,
    )
    op.create_index("ix_invitations_membership_id", "invitations", ["membership_id"], if_not_exists=True)
    op.create_table(
        "email_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("old_email", sa.Text(), nullable=False),
        sa.Column("new_email", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary()),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("voided_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_email_changes_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_changes")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_email_changes_token_hash")),
        if_not_exists=True,
    )
    op.create_index("ix_email_changes_person_id", "email_changes", ["person_id"], if_not_exists=True)


def downgrade() -> None:
    """The release before knows none of it."""
    op.drop_table("email_changes", if_exists=True)
    op.drop_table("invitations", if_exists=True)
    op.execute(
        "ALTER TABLE memberships DROP IF EXISTS pending, DROP IF EXISTS invited_first_name, "
        "DROP IF EXISTS invited_last_name, DROP IF EXISTS invited_email"
    )
