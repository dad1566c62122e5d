"""Lists of invoices, payments and credit notes: when they changed, when an invoice was paid, and their indexes."""

from collections.abc import Sequence

from alembic import op

from migrations.money_lists import (
    FUNCTIONS,
    TRIGGER_OF_REFERENCES,
    TRIGGERS_OF_ENTRIES,
    TRIGGERS_OF_INVOICES,
    refuse_entry_change,
)
from migrations.steps import add_foreign_key, briefly, build_index, drop_index, in_batches

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INDEXES = (
    ("ix_invoices_paid_at_id", "invoices", "paid_at, id", "paid_at IS NOT NULL"),
    ("ix_invoices_updated_at_id", "invoices", "updated_at, id"),
    ("ix_invoices_status_updated_at_id", "invoices", "status, updated_at, id"),
    ("ix_invoices_due_on_id", "invoices", "due_on, id"),
    ("ix_invoices_status_due_on_id", "invoices", "status, due_on, id"),
    ("ix_invoices_balance", "invoices", "currency, due_pence", "due_pence <> 0"),
    ("ix_invoices_in_credit", "invoices", "issued_at, id", "due_pence < 0"),
    ("ix_invoice_entries_kind_recorded_at_id", "invoice_entries", "kind, recorded_at, id"),
    ("ix_invoice_entries_kind_updated_at_id", "invoice_entries", "kind, updated_at, id"),
    ("ix_invoice_entries_centre_id_recorded_at_id", "invoice_entries", "centre_id, recorded_at, id"),
    ("ix_invoice_entries_received", "invoice_entries", "received_on, id", "received_on IS NOT NULL"),
    ("ix_invoice_entries_reversed", "invoice_entries", "recorded_at, id", "reversed_by_id IS NOT NULL"),
)
_FILL_ENTRIES = """UPDATE invoice_entries SET
    centre_id = (SELECT centre_id FROM invoices WHERE invoices.id = invoice_id),
    reversed_by_id = (SELECT other.id FROM invoice_entries AS other WHERE other.reverses_id = invoice_entries.id)
WHERE id = ANY(:ids)"""
# Invoices change in triggers only, so one has them find out when they were paid. It goes with the connection.
_TOUCH = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS touched (id uuid)",
    """
CREATE OR REPLACE FUNCTION pg_temp.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices SET paid_at = NULL WHERE id = NEW.id;
    RETURN NULL;
END
$$
""",
    "CREATE OR REPLACE TRIGGER touch AFTER INSERT ON touched FOR EACH ROW EXECUTE FUNCTION pg_temp.touch()",
)


def upgrade() -> None:
    """The triggers keep the columns from now on; then fill in what was before. All of it counts as changed today."""
    briefly(
        "ALTER TABLE invoices ADD IF NOT EXISTS paid_at timestamptz, "
        "ADD IF NOT EXISTS updated_at timestamptz NOT NULL DEFAULT now()"
    )
    briefly(
        "ALTER TABLE invoice_entries ADD IF NOT EXISTS centre_id uuid, ADD IF NOT EXISTS reversed_by_id uuid, "
        "ADD IF NOT EXISTS updated_at timestamptz NOT NULL DEFAULT now()"
    )
    for statement in (*FUNCTIONS, refuse_entry_change("")):
        op.execute(statement)
    briefly(*TRIGGERS_OF_INVOICES)
    briefly(*TRIGGERS_OF_ENTRIES)
    briefly(TRIGGER_OF_REFERENCES)
    in_batches("invoice_entries", _FILL_ENTRIES, where="centre_id IS NULL")
    op.execute(refuse_entry_change(" AND pg_trigger_depth() > 1"))
    for statement in _TOUCH:
        op.execute(statement)
    in_batches("invoices", "INSERT INTO touched SELECT unnest(:ids)", where="status = 'paid' AND paid_at IS NULL")
    for name, table, columns, *where in _INDEXES:
        build_index(name, table, columns, where="".join(where))
    add_foreign_key("invoice_entries", "fk_invoice_entries_centre_id_centres", "centre_id", "centres(id)")


def downgrade() -> None:
    """The release before knows none of it."""
    for name, *_ in _INDEXES:
        drop_index(name)
    briefly("DROP TRIGGER IF EXISTS touch_subject ON external_refs")
    briefly(
        "DROP TRIGGER IF EXISTS mark_reversed ON invoice_entries",
        "DROP TRIGGER IF EXISTS stamp_entry ON invoice_entries",
        "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON invoice_entries FOR EACH ROW "
        "EXECUTE FUNCTION refuse_change()",
        "DROP POLICY IF EXISTS seen ON invoice_entries",
        "ALTER TABLE invoice_entries DROP IF EXISTS centre_id, DROP IF EXISTS reversed_by_id, "
        "DROP IF EXISTS updated_at",
    )
    briefly(
        "DROP TRIGGER IF EXISTS stamp_invoice ON invoices",
        "ALTER TABLE invoices DROP IF EXISTS paid_at, DROP IF EXISTS updated_at",
    )
    for name in (
        "touch_subject",
        "mark_reversed",
        "stamp_entry",
        "stamp_invoice",
        "refuse_entry_change",
        "settled_since",
        "stamp_change",
    ):
        op.execute(f"DROP FUNCTION IF EXISTS {name}")
