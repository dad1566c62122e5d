"""Refunds, waivers and allocations of money in the ledgers of invoices, and what the fee gate asks of credit notes.

Processes of the release before go on: they write payments, reversals and credits, whose credits open the gate as
before (`leaves_gate` is null). They cannot read a ledger that has one of the new kinds.
"""

from collections.abc import Sequence

from alembic import op

from migrations import invoice_sums
from migrations.steps import add_check, add_foreign_key, briefly, in_batches

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OLD_KINDS = "'payment', 'reversal', 'credit'"
_KINDS = f"{_OLD_KINDS}, 'refund', 'waiver', 'allocation_out', 'allocation_in'"
_SUMS = (
    "'{paid_pence,credited_pence,strictly_credited_pence,waived_pence,waived,refunded_pence,due_pence,status,"
    "days_to_pay}'::text[]"
)
_SUMMED = ("strictly_credited_pence", "waived_pence", "refunded_pence")


def _refuse(condition: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION refuse_invoice_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'{condition} AND (to_jsonb(NEW) - {_SUMS}) = (to_jsonb(OLD) - {_SUMS}) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'invoices is append-only' USING ERRCODE = 'restrict_violation';
END
$$
"""


# `domain.ledger.ledger` derives the same; a test holds the two together.
_DERIVE = """
CREATE OR REPLACE FUNCTION derive_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.paid_pence := 0;
        NEW.credited_pence := 0;
        NEW.strictly_credited_pence := 0;
        NEW.waived_pence := 0;
        NEW.waived := false;
        NEW.refunded_pence := 0;
    END IF;
    NEW.due_pence := NEW.total_pence - NEW.paid_pence + NEW.refunded_pence - NEW.credited_pence - NEW.waived_pence;
    NEW.status := CASE
        WHEN NEW.due_pence > 0 AND NEW.paid_pence > NEW.refunded_pence THEN 'part_paid'
        WHEN NEW.due_pence > 0 THEN 'issued'
        WHEN NEW.waived THEN 'waived'
        WHEN NEW.credited_pence > 0 AND NEW.credited_pence >= NEW.total_pence THEN 'credited'
        ELSE 'paid'
    END;
    NEW.days_to_pay := NEW.due_on - NEW.issued_on;
    RETURN NEW;
END
$$
"""
# As `migrations.row_security` makes it: at no moment may it run with the rights of its caller. A waiver of the last
# invoice covers what was credited before it on those that it replaces, too: whoever waives has seen them.
_KEEP = """
CREATE OR REPLACE FUNCTION keep_invoice_sums() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    covers boolean := NEW.kind = 'waiver' AND NOT EXISTS (SELECT FROM invoices WHERE replaces_id = NEW.invoice_id);
BEGIN
    UPDATE invoices SET
        paid_pence = paid_pence + CASE
            WHEN NEW.kind IN ('payment', 'allocation_in') THEN NEW.amount_pence
            WHEN NEW.kind IN ('reversal', 'allocation_out') THEN -NEW.amount_pence
            ELSE 0
        END,
        credited_pence = credited_pence + CASE NEW.kind WHEN 'credit' THEN NEW.amount_pence ELSE 0 END,
        strictly_credited_pence = CASE
            WHEN covers THEN 0
            WHEN NEW.kind = 'credit' AND NEW.leaves_gate THEN strictly_credited_pence + NEW.amount_pence
            ELSE strictly_credited_pence
        END,
        waived_pence = waived_pence + CASE NEW.kind WHEN 'waiver' THEN NEW.amount_pence ELSE 0 END,
        waived = waived OR NEW.kind = 'waiver',
        refunded_pence = refunded_pence + CASE NEW.kind WHEN 'refund' THEN NEW.amount_pence ELSE 0 END
    WHERE id = NEW.invoice_id;
    IF covers THEN
        UPDATE invoices SET strictly_credited_pence = 0
        WHERE strictly_credited_pence > 0
            AND application_id = (SELECT application_id FROM invoices WHERE id = NEW.invoice_id);
    END IF;
    RETURN NULL;
END
$$
"""
# A sandbox is emptied whole.
_REFUSE_TRUNCATION = """
CREATE OR REPLACE FUNCTION refuse_truncation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM deployment WHERE sandbox) THEN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    """Add the columns, allow the new kinds, and have the triggers sum them up."""
    briefly(
        "ALTER TABLE invoices ADD IF NOT EXISTS issued_by uuid, ADD IF NOT EXISTS waived boolean NOT NULL DEFAULT false"
        + "".join(f", ADD IF NOT EXISTS {name} bigint NOT NULL DEFAULT 0" for name in _SUMMED)
    )
    briefly(
        "ALTER TABLE invoice_entries ADD IF NOT EXISTS reason_code varchar(64), "
        "ADD IF NOT EXISTS leaves_gate boolean, ADD IF NOT EXISTS refunded_on date, "
        "ADD IF NOT EXISTS counterpart_id uuid, ADD IF NOT EXISTS counterpart_invoice_id uuid"
    )
    for statement in (_DERIVE, _KEEP, _REFUSE_TRUNCATION, _refuse("")):
        op.execute(statement)
    # An invoice credited in full is credited, also when money came later.
    in_batches(
        "invoices",
        "UPDATE invoices SET status = status WHERE id = ANY(:ids)",
        where="status = 'paid' AND credited_pence > 0 AND credited_pence >= total_pence",
    )
    op.execute(_refuse(" AND pg_trigger_depth() > 1"))
    for table in ("invoices", "invoice_entries"):
        briefly(
            f"CREATE OR REPLACE TRIGGER not_truncated BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
            "EXECUTE FUNCTION refuse_truncation()"
        )
    add_check("invoice_entries", "ck_invoice_entries_entrykind", f"kind IN ({_KINDS})")
    add_check(
        "invoice_entries",
        "ck_invoice_entries_amount_is_positive",
        "amount_pence > 0 OR amount_pence = 0 AND kind = 'waiver'",
    )
    add_check(
        "invoice_entries",
        "ck_invoice_entries_creditreason",
        "reason_code IN ('mistake', 'agreed_reduction', 'cancelled_supply')",
    )
    add_check(
        "invoice_entries",
        "ck_invoice_entries_allocation_names_its_counterpart",
        "(kind IN ('allocation_out', 'allocation_in')) = (counterpart_id IS NOT NULL) "
        "AND (counterpart_id IS NULL) = (counterpart_invoice_id IS NULL)",
    )
    add_foreign_key(
        "invoice_entries",
        "fk_invoice_entries_counterpart_id_invoice_entries",
        "counterpart_id",
        "invoice_entries(id) DEFERRABLE INITIALLY DEFERRED",
    )
    add_foreign_key(
        "invoice_entries",
        "fk_invoice_entries_counterpart_invoice_id_invoices",
        "counterpart_invoice_id",
        "invoices(id)",
    )


def downgrade() -> None:
    """Fails while a ledger has an entry of a new kind: the release before cannot read it."""
    add_check("invoice_entries", "ck_invoice_entries_entrykind", f"kind IN ({_OLD_KINDS})")
    add_check("invoice_entries", "ck_invoice_entries_amount_is_positive", "amount_pence > 0")
    for table in ("invoices", "invoice_entries"):
        briefly(f"DROP TRIGGER IF EXISTS not_truncated ON {table}")
    for statement in (
        "DROP FUNCTION IF EXISTS refuse_truncation",
        *invoice_sums.FUNCTIONS,
        invoice_sums.REFUSE_ALL_BUT_THE_TRIGGERS_SUMS,
    ):
        op.execute(statement)
    op.execute("ALTER FUNCTION keep_invoice_sums() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp")
    briefly(
        "ALTER TABLE invoice_entries DROP IF EXISTS reason_code, DROP IF EXISTS leaves_gate, "
        "DROP IF EXISTS refunded_on, DROP IF EXISTS counterpart_id, DROP IF EXISTS counterpart_invoice_id"
    )
    briefly(
        "ALTER TABLE invoices DROP IF EXISTS issued_by, DROP IF EXISTS waived"
        + "".join(f", DROP IF EXISTS {name}" for name in _SUMMED)
    )
