"""The sums of each invoice's ledger, kept on its row by triggers: 0008 makes them, and 0012 where 0008 made others."""

_SUMS = "'{paid_pence,credited_pence,due_pence,status,days_to_pay}'::text[]"


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


# An invoice is a record. Its ledger's sums are the database's own, and follow from records.
REFUSE_ALL_BUT_THE_TRIGGERS_SUMS = _refuse(" AND pg_trigger_depth() > 1")
REFUSE_ALL_BUT_SUMS = _refuse("")
"""While the migration sums up the ledgers."""

FUNCTIONS = (
    # `domain.ledger.ledger` derives the same; a test holds the two together.
    """
CREATE OR REPLACE FUNCTION derive_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.paid_pence := 0;
        NEW.credited_pence := 0;
    END IF;
    NEW.due_pence := NEW.total_pence - NEW.paid_pence - NEW.credited_pence;
    NEW.status := CASE
        WHEN NEW.due_pence > 0 AND NEW.paid_pence > 0 THEN 'part_paid'
        WHEN NEW.due_pence > 0 THEN 'issued'
        WHEN NEW.credited_pence > 0 AND NEW.paid_pence <= 0 THEN 'credited'
        ELSE 'paid'
    END;
    NEW.days_to_pay := NEW.due_on - NEW.issued_on;
    RETURN NEW;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION keep_invoice_sums() RETURNS trigger LANGUAGE plpgsql AS $$
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
)
TRIGGERS = (
    "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON invoices FOR EACH ROW "
    "EXECUTE FUNCTION refuse_invoice_change()",
    "CREATE OR REPLACE TRIGGER derive_invoice BEFORE INSERT OR UPDATE ON invoices FOR EACH ROW "
    "EXECUTE FUNCTION derive_invoice()",
)
TRIGGER_OF_ENTRIES = (
    "CREATE OR REPLACE TRIGGER keep_invoice_sums AFTER INSERT ON invoice_entries FOR EACH ROW "
    "EXECUTE FUNCTION keep_invoice_sums()"
)
