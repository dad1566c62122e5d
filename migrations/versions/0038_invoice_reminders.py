"""Reminders before an invoice's due date."""

from collections.abc import Sequence

from alembic import op

from migrations.steps import add_check

revision: str = "0038"
down_revision: str | None = "0037"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BEFORE = (
    "'draft_stands_still', 'return_due', 'return_overdue', 'interview_soon', 'action_due', 'action_overdue', "
    "'invoice_overdue', 'late', 'late_escalated'"
)


def upgrade() -> None:
    """Allow another kind; rows of the others stay."""
    add_check("reminders", "ck_reminders_reminderkind", f"kind IN ({_BEFORE}, 'invoice_due')")


def downgrade() -> None:
    """The release before cannot read what it does not know."""
    op.get_bind().exec_driver_sql("DELETE FROM reminders WHERE kind = 'invoice_due'")
    add_check("reminders", "ck_reminders_reminderkind", f"kind IN ({_BEFORE})")
