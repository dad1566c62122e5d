"""Which letters the contacts of a centre get, and the reminders that were sent."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = (
    "'draft_stands_still', 'return_due', 'return_overdue', 'interview_soon', 'action_due', 'action_overdue', "
    "'invoice_overdue', 'late', 'late_escalated'"
)


def upgrade() -> None:
    """Add the tables, which the release before does not know: it goes on writing to super users only."""
    op.create_table(
        "letter_choices",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("choices", JSONB(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_letter_choices_centre_id_centres")),
        sa.PrimaryKeyConstraint("centre_id", name=op.f("pk_letter_choices")),
        if_not_exists=True,
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("about_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Uuid()),
        sa.Column("sent_by_name", sa.Text()),
        sa.Column("email_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_reminders_reminderkind")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_reminders_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["people.id"], name=op.f("fk_reminders_sent_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_reminders_application_id_id"), "reminders", ["application_id", "id"], if_not_exists=True)
    columns = ["about_id", "kind", "about_at"]
    op.create_index(op.f("ix_reminders_about_id_kind_about_at"), "reminders", columns, if_not_exists=True)
    op.create_index(
        "uq_reminder_by_itself",
        "reminders",
        columns,
        unique=True,
        postgresql_where=sa.text("sent_by IS NULL"),
        if_not_exists=True,
    )


def downgrade() -> None:
    """The release before knows none of it."""
    op.drop_table("reminders", if_exists=True)
    op.drop_table("letter_choices", if_exists=True)
