"""Applications that staff close and reopen, and invoices that replace credited ones."""

from collections.abc import Sequence

from alembic import op

from migrations.steps import add_check, add_foreign_key, briefly, build_index, drop_index

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ENDED = "'accepted', 'accepted_with_actions', 'rejected', 'withdrawn'"
_STATUSES = f"'draft', 'submitted', 'returned', 'awaiting_payment', 'in_review', 'awaiting_decision', {_ENDED}"


def _allow(statuses: str, ended: str) -> None:
    add_check("applications", "ck_applications_status", f"status IN ({statuses})")
    add_check("applications", "ck_applications_ended_has_a_time", f"(status IN ({ended})) = (closed_at IS NOT NULL)")


def upgrade() -> None:
    """The release before closes nothing, and each of its applications has one invoice at most."""
    briefly(
        "ALTER TABLE applications ADD IF NOT EXISTS closing_reason text, "
        "ADD IF NOT EXISTS closing_warned_at timestamptz, ADD IF NOT EXISTS closable_from date, "
        "ADD IF NOT EXISTS closed_from text, ADD IF NOT EXISTS reopenable_until date, "
        "ADD IF NOT EXISTS closing_credit_pence bigint"
    )
    _allow(f"{_STATUSES}, 'closed'", f"{_ENDED}, 'closed'")
    build_index(
        "uq_application_in_progress_of_centre", "applications", "centre_id", where="closed_at IS NULL", unique=True
    )
    drop_index("uq_open_application_of_centre")
    briefly("ALTER TABLE invoices ADD IF NOT EXISTS replaces_id uuid")
    build_index("ix_invoices_application_id", "invoices", "application_id")
    build_index(
        "uq_first_invoice_of_application", "invoices", "application_id", where="replaces_id IS NULL", unique=True
    )
    build_index("uq_replacement_of_invoice", "invoices", "replaces_id", where="replaces_id IS NOT NULL", unique=True)
    add_foreign_key("invoices", "fk_invoices_replaces_id_invoices", "replaces_id", "invoices(id)")
    drop_index("uq_invoice_of_application")


def downgrade() -> None:
    """Fails while an application is closed, or has two invoices: the release before knows neither."""
    build_index("uq_invoice_of_application", "invoices", "application_id", unique=True)
    op.execute("ALTER TABLE invoices DROP IF EXISTS replaces_id")
    drop_index("uq_first_invoice_of_application")
    drop_index("ix_invoices_application_id")
    build_index(
        "uq_open_application_of_centre",
        "applications",
        "centre_id",
        where=f"status NOT IN ({_ENDED})",
        unique=True,
    )
    drop_index("uq_application_in_progress_of_centre")
    _allow(_STATUSES, _ENDED)
    op.execute(
        "ALTER TABLE applications DROP IF EXISTS closing_reason, DROP IF EXISTS closing_warned_at, "
        "DROP IF EXISTS closable_from, DROP IF EXISTS closed_from, DROP IF EXISTS reopenable_until, "
        "DROP IF EXISTS closing_credit_pence"
    )
