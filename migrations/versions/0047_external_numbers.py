"""Invoices and credit notes that wait for the finance system's number, and a centre's account reference there."""

from collections.abc import Sequence

from alembic import op

from migrations.money_lists import refuse_entry_change
from migrations.steps import briefly, build_index, drop_index

revision: str = "0047"
down_revision: str | None = "0046"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SUMS = (
    "'{paid_pence,credited_pence,strictly_credited_pence,waived_pence,waived,refunded_pence,due_pence,status,"
    "days_to_pay}'::text[]"
)
_SUMS_AND_NUMBER = _SUMS.replace("days_to_pay}", "days_to_pay,due_on,ledger_number,numbered_at}")
# Its number is given once, where it was issued without one; the time to pay begins then.
_GIVEN = "OLD.awaits_number AND OLD.ledger_number IS NULL AND NEW.ledger_number IS NOT NULL"


def _refuse_invoice(number: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION refuse_invoice_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 AND (to_jsonb(NEW) - {_SUMS}) = (to_jsonb(OLD) - {_SUMS}) THEN
        RETURN NEW;
    END IF;{number}
    RAISE EXCEPTION 'invoices is append-only' USING ERRCODE = 'restrict_violation';
END
$$
"""


_NUMBER_AN_INVOICE = f"""
    IF TG_OP = 'UPDATE' AND {_GIVEN}
        AND (to_jsonb(NEW) - {_SUMS_AND_NUMBER}) = (to_jsonb(OLD) - {_SUMS_AND_NUMBER})
    THEN
        RETURN NEW;
    END IF;"""
_KEPT = "'{centre_id,reversed_by_id,updated_at}'::text[]"
_NUMBER = "'{ledger_number,numbered_at}'::text[]"
_REFUSE_ENTRY = f"""
CREATE OR REPLACE FUNCTION refuse_entry_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 AND (to_jsonb(NEW) - {_KEPT}) = (to_jsonb(OLD) - {_KEPT}) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND {_GIVEN} AND (to_jsonb(NEW) - {_NUMBER}) = (to_jsonb(OLD) - {_NUMBER}) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'invoice_entries is append-only' USING ERRCODE = 'restrict_violation';
END
$$
"""


# Every beginning of a printed number is a word, because it can have any form; the mark keeps them apart from ours.
_KEEP_PRINTED = """
CREATE OR REPLACE FUNCTION keep_printed_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO invoice_words (word, issued_at, invoice_id)
    SELECT '#' || left(folded.code, n), NEW.issued_at, NEW.id
    FROM (SELECT lower(regexp_replace(NEW.ledger_number, '[^A-Za-z0-9]', '', 'g')) AS code) AS folded,
        generate_series(1, length(folded.code)) AS n;
    RETURN NULL;
END
$$
"""
_AWAITED = "awaits_number AND ledger_number IS NULL"


def upgrade() -> None:
    """The release before numbers what it issues itself, and leaves the columns empty."""
    for table in ("invoices", "invoice_entries"):
        briefly(
            f"ALTER TABLE {table} ADD IF NOT EXISTS awaits_number boolean, ADD IF NOT EXISTS ledger_number text, "
            "ADD IF NOT EXISTS numbered_at timestamptz"
        )
        build_index(f"uq_{table}_ledger_number", table, "ledger_number", where="ledger_number IS NOT NULL", unique=True)
    build_index("ix_invoices_number_in_capitals", "invoices", "upper(ledger_number)", where="ledger_number IS NOT NULL")
    build_index("ix_invoices_awaiting", "invoices", "issued_at, id", where=_AWAITED)
    build_index("ix_invoice_entries_awaiting", "invoice_entries", "recorded_at, id", where=_AWAITED)
    op.execute(_KEEP_PRINTED)
    briefly(
        "CREATE OR REPLACE TRIGGER keep_printed_number AFTER UPDATE ON invoices FOR EACH ROW "
        "WHEN (OLD.ledger_number IS NULL AND NEW.ledger_number IS NOT NULL) EXECUTE FUNCTION keep_printed_number()"
    )
    briefly("ALTER TABLE centres ADD IF NOT EXISTS customer_account_reference text")
    op.execute(_refuse_invoice(_NUMBER_AN_INVOICE))
    op.execute(_REFUSE_ENTRY)


def downgrade() -> None:
    """The release before prints its own numbers."""
    briefly("DROP TRIGGER IF EXISTS keep_printed_number ON invoices")
    op.execute("DROP FUNCTION IF EXISTS keep_printed_number()")
    op.execute("DELETE FROM invoice_words WHERE word LIKE '#%'")
    for table in ("invoice_entries", "invoices"):
        drop_index(f"ix_{table}_awaiting")
    op.execute(refuse_entry_change(" AND pg_trigger_depth() > 1"))
    op.execute(_refuse_invoice(""))
    op.execute("ALTER TABLE centres DROP IF EXISTS customer_account_reference")
    for table in ("invoice_entries", "invoices"):
        drop_index(f"uq_{table}_ledger_number")
        drop_index("ix_invoices_number_in_capitals")
        op.execute(
            f"ALTER TABLE {table} DROP IF EXISTS awaits_number, DROP IF EXISTS ledger_number, "
            "DROP IF EXISTS numbered_at"
        )
