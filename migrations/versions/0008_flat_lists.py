"""Indexes for every filter of a list in the list's own order, and the sums of each invoice's ledger on its row."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

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
    ("ix_recognitions_centre_name_id", "recognitions", "centre_name, id"),
    ("ix_invoices_centre_id_issued_at", "invoices", "centre_id, issued_at"),
)
_DUE = "total_pence - paid_pence - credited_pence"
_STATUS = f"""CASE
    WHEN {_DUE} > 0 AND paid_pence > 0 THEN 'part_paid'
    WHEN {_DUE} > 0 THEN 'issued'
    WHEN credited_pence > 0 AND paid_pence <= 0 THEN 'credited'
    ELSE 'paid'
END"""
_FUNCTIONS = (
    # An invoice is a record. Its ledger's sums are the database's own, and follow from records.
    """
CREATE FUNCTION refuse_invoice_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1
       AND (to_jsonb(NEW) - '{paid_pence,credited_pence,due_pence,status,days_to_pay}'::text[])
         = (to_jsonb(OLD) - '{paid_pence,credited_pence,due_pence,status,days_to_pay}'::text[])
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'invoices is append-only' USING ERRCODE = 'restrict_violation';
END
$$
""",
    """
CREATE FUNCTION begin_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.paid_pence := 0;
    NEW.credited_pence := 0;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION keep_invoice_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoices SET
        paid_pence = paid_pence
            + CASE NEW.kind WHEN 'payment' THEN NEW.amount_pence WHEN 'reversal' THEN -NEW.amount_pence ELSE 0 END,
        credited_pence = credited_pence + CASE NEW.kind WHEN 'credit' THEN NEW.amount_pence ELSE 0 END
    WHERE id = NEW.invoice_id;
    RETURN NULL;
END
$$
""",
    # Numbers and references are ASCII, so this is `code_words` exactly.
    """
CREATE FUNCTION invoice_code_words(code text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT DISTINCT left(lower(replace(code, '-', '')), length) FROM unnest(ARRAY[3, 7, 10, 64]) AS length
$$
""",
    """
CREATE FUNCTION keep_invoice_words() RETURNS trigger LANGUAGE plpgsql AS $$
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
    """Sum up the ledgers once; from now on, each entry adds itself to its invoice."""
    run = op.get_bind().exec_driver_sql
    for function in _FUNCTIONS:
        run(function)
    run("DROP TRIGGER append_only ON invoices")
    for name in ("paid_pence", "credited_pence"):
        op.add_column("invoices", sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    run(
        "UPDATE invoices SET paid_pence = made.paid, credited_pence = made.credited FROM (SELECT invoice_id, "
        "coalesce(sum(amount_pence) FILTER (WHERE kind = 'payment'), 0) "
        "- coalesce(sum(amount_pence) FILTER (WHERE kind = 'reversal'), 0) AS paid, "
        "coalesce(sum(amount_pence) FILTER (WHERE kind = 'credit'), 0) AS credited "
        "FROM invoice_entries GROUP BY invoice_id) AS made WHERE made.invoice_id = invoices.id"
    )
    run(
        f"ALTER TABLE invoices ADD due_pence bigint NOT NULL GENERATED ALWAYS AS ({_DUE}) STORED, "
        f"ADD status varchar(64) NOT NULL GENERATED ALWAYS AS ({_STATUS}) STORED, "
        "ADD days_to_pay integer NOT NULL GENERATED ALWAYS AS (due_on - issued_on) STORED"
    )
    run("CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON invoices FOR EACH ROW "
        "EXECUTE FUNCTION refuse_invoice_change()")  # fmt: skip
    run("CREATE TRIGGER begin_invoice BEFORE INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION begin_invoice()")
    run("CREATE TRIGGER keep_invoice_sums AFTER INSERT ON invoice_entries FOR EACH ROW "
        "EXECUTE FUNCTION keep_invoice_sums()")  # fmt: skip
    op.create_table(
        "invoice_words",
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("word", "issued_at", "invoice_id", name=op.f("pk_invoice_words")),
    )
    run(
        "INSERT INTO invoice_words (word, issued_at, invoice_id) "
        "SELECT invoice_code_words(number), issued_at, id FROM invoices "
        "UNION SELECT invoice_code_words(reference), issued_at, invoices.id FROM invoices "
        "JOIN applications ON applications.id = application_id"
    )
    run("CREATE TRIGGER keep_invoice_words AFTER INSERT ON invoices FOR EACH ROW "
        "EXECUTE FUNCTION keep_invoice_words()")  # fmt: skip
    _exchange(_INDEXES, _REPLACED)


def _exchange(new: Sequence[tuple[str, ...]], old: Sequence[tuple[str, ...]]) -> None:
    for name, table, columns, *where in new:
        condition = sa.text(where[0]) if where else None
        op.create_index(name, table, columns.split(", "), postgresql_where=condition)
    for name, table, *_ in old:
        op.drop_index(name, table)


def downgrade() -> None:
    """Sum up the ledgers of each invoice when a list asks."""
    run = op.get_bind().exec_driver_sql
    _exchange(_REPLACED, [])
    run("DROP TRIGGER keep_invoice_words ON invoices")
    run("DROP TRIGGER keep_invoice_sums ON invoice_entries")
    run("DROP TRIGGER begin_invoice ON invoices")
    run("DROP TRIGGER append_only ON invoices")
    op.drop_table("invoice_words")
    _exchange([], _INDEXES)
    for name in ("days_to_pay", "status", "due_pence", "credited_pence", "paid_pence"):
        op.drop_column("invoices", name)
    for name in (
        "keep_invoice_words",
        "invoice_code_words",
        "keep_invoice_sums",
        "begin_invoice",
        "refuse_invoice_change",
    ):
        run(f"DROP FUNCTION {name}")
    run("CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse_change()")
