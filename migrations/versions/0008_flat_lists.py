"""Indexes for every filter of a list in the list's own order, and the sums of each invoice's ledger on its row.

Rewritten after its release, so that the release before serves while it runs: the sums are plain columns that a trigger
keeps, invoices are summed up in batches, and indexes are built while their tables are written.
"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from migrations import invoice_sums
from migrations.steps import briefly, build_index, drop_index, in_batches

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_UNSENT = "log_in_details_sent_at IS NULL AND status <> 'declined'"
_INDEXES = (
    (
        "ix_applications_centre_lead_id_status_status_since_id",
        "applications",
        "centre_lead_id, status, status_since, id",
    ),
    (
        "ix_applications_clock_of_lead",
        "applications",
        "centre_lead_id, status, status_since, id",
        "due_at IS NOT NULL",
    ),
    ("ix_applications_open_of_lead", "applications", "centre_lead_id", "closed_at IS NULL"),
    ("ix_applications_clock", "applications", "status, status_since, id", "due_at IS NOT NULL"),
    ("ix_applications_no_clock", "applications", "status, status_since, id", "due_at IS NULL"),
    ("ix_initial_applications_status_received_at_id", "initial_applications", "status, received_at, id"),
    ("ix_initial_applications_waiting", "initial_applications", "received_at, id", _UNSENT),
    ("ix_initial_applications_settled", "initial_applications", "received_at, id", f"NOT ({_UNSENT})"),
    ("ix_recognitions_register", "recognitions", "centre_name, id", "status = 'active'"),
    ("ix_events_type_position", "events", "type, position", "position IS NOT NULL"),
    ("ix_invoices_centre_id_issued_at_id", "invoices", "centre_id, issued_at, id"),
    ("ix_invoices_status_issued_at_id", "invoices", "status, issued_at, id"),
    ("ix_invoices_unpaid", "invoices", "days_to_pay, status, issued_at, id", "due_pence > 0"),
    ("ix_invoices_due", "invoices", "due_on, id", "due_pence > 0"),
)
# Those that the new ones replace: each is the beginning of one.
_REPLACED = (
    ("ix_applications_centre_lead_id_status", "applications", "centre_lead_id, status"),
    ("ix_initial_applications_status_received_at", "initial_applications", "status, received_at"),
    ("ix_invoices_centre_id_issued_at", "invoices", "centre_id, issued_at"),
)
_FUNCTIONS = (
    # Numbers and references are ASCII, so this is `code_words` exactly.
    """
CREATE OR REPLACE FUNCTION invoice_code_words(code text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT DISTINCT left(lower(replace(code, '-', '')), length) FROM unnest(ARRAY[3, 7, 10, 64]) AS length
$$
""",
    """
CREATE OR REPLACE FUNCTION keep_invoice_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO invoice_words (word, issued_at, invoice_id)
    SELECT invoice_code_words(NEW.number), NEW.issued_at, NEW.id
    UNION SELECT invoice_code_words(reference), NEW.issued_at, NEW.id
        FROM applications WHERE id = NEW.application_id;
    RETURN NULL;
END
$$
""",
)


def upgrade() -> None:
    """Each ledger's entry adds itself to its invoice from now on; then sum up the ledgers that there are."""
    run = op.get_bind().exec_driver_sql
    for function in (*_FUNCTIONS, *invoice_sums.FUNCTIONS, invoice_sums.REFUSE_ALL_BUT_SUMS):
        run(function)
    op.create_table(
        "invoice_words",
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("word", "issued_at", "invoice_id", name=op.f("pk_invoice_words")),
        if_not_exists=True,
    )
    briefly(
        "ALTER TABLE invoices ADD COLUMN IF NOT EXISTS paid_pence bigint NOT NULL DEFAULT 0, "
        "ADD COLUMN IF NOT EXISTS credited_pence bigint NOT NULL DEFAULT 0, "
        "ADD COLUMN IF NOT EXISTS due_pence bigint NOT NULL DEFAULT 0, "
        "ADD COLUMN IF NOT EXISTS status varchar(64) NOT NULL DEFAULT 'issued', "
        "ADD COLUMN IF NOT EXISTS days_to_pay integer NOT NULL DEFAULT 0",
        *invoice_sums.TRIGGERS,
        "CREATE OR REPLACE TRIGGER keep_invoice_words AFTER INSERT ON invoices FOR EACH ROW "
        "EXECUTE FUNCTION keep_invoice_words()",
    )
    briefly(invoice_sums.TRIGGER_OF_ENTRIES)
    in_batches("invoices", _sum_up)
    run(invoice_sums.REFUSE_ALL_BUT_THE_TRIGGERS_SUMS)
    for name, table, columns, *where in _INDEXES:
        build_index(name, table, columns, where="".join(where))
    for name, *_ in _REPLACED:
        drop_index(name)


def _sum_up(ids: Sequence[UUID]) -> None:
    # The rows are locked, and this statement sees what was committed before: an entry that is added at the same time
    # waits for the row, and adds itself to what it finds then.
    for statement in (
        """UPDATE invoices SET
    paid_pence = coalesce((SELECT sum(CASE kind WHEN 'payment' THEN amount_pence WHEN 'reversal' THEN -amount_pence END)
        FROM invoice_entries WHERE invoice_id = invoices.id), 0),
    credited_pence = coalesce((SELECT sum(amount_pence) FILTER (WHERE kind = 'credit')
        FROM invoice_entries WHERE invoice_id = invoices.id), 0)
WHERE id = ANY(:ids)""",
        """INSERT INTO invoice_words (word, issued_at, invoice_id)
SELECT invoice_code_words(number), issued_at, id FROM invoices WHERE id = ANY(:ids)
UNION SELECT invoice_code_words(reference), issued_at, invoices.id FROM invoices
    JOIN applications ON applications.id = application_id WHERE invoices.id = ANY(:ids)
ON CONFLICT DO NOTHING""",
    ):
        op.get_bind().execute(sa.text(statement), {"ids": ids})


def downgrade() -> None:
    """Sum up the ledgers of each invoice when a list asks."""
    run = op.get_bind().exec_driver_sql
    for name, table, columns, *_ in _REPLACED:
        op.create_index(name, table, columns.split(", "))
    run("DROP TRIGGER keep_invoice_words ON invoices")
    run("DROP TRIGGER keep_invoice_sums ON invoice_entries")
    run("DROP TRIGGER derive_invoice ON invoices")
    run("DROP TRIGGER append_only ON invoices")
    op.drop_table("invoice_words")
    for name, table, *_ in _INDEXES:
        op.drop_index(name, table)
    for name in ("days_to_pay", "status", "due_pence", "credited_pence", "paid_pence"):
        op.drop_column("invoices", name)
    for name in (
        "keep_invoice_words",
        "invoice_code_words",
        "keep_invoice_sums",
        "derive_invoice",
        "refuse_invoice_change",
    ):
        run(f"DROP FUNCTION {name}")
    run("CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse_change()")
