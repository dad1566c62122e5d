"""What lists of invoices and ledger entries are filtered and sorted by, kept on the rows by triggers."""

STAMPS = 1_936_289_056
"""The first key of the advisory locks that `stamp_change` takes; `app.queries.changes` reads them."""
EPOCH = 1_577_836_800
"""2020-01-01. The second key is the second after it."""

FUNCTIONS = (
    # The time of a change, and a lock that tells of it until the change is committed or rolled back: whoever reads the
    # changes in order stops before the earliest that is still under way. The clock is read again once the lock is held.
    f"""
CREATE OR REPLACE FUNCTION stamp_change() RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({STAMPS}, (floor(extract(epoch FROM clock_timestamp())) - {EPOCH})::int);
    RETURN clock_timestamp() + coalesce((SELECT ahead FROM deployment), interval '0');
END
$$
""",
    # The first entry since when nothing has been due. An invoice for nothing was paid when it was issued.
    """
CREATE OR REPLACE FUNCTION settled_since(invoice uuid, total bigint, issued timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    WITH ledger AS (
        SELECT sequence, recorded_at, total - sum(CASE
            WHEN kind IN ('payment', 'allocation_in', 'credit', 'waiver') THEN amount_pence ELSE -amount_pence
        END) OVER (ORDER BY sequence) AS due
        FROM invoice_entries WHERE invoice_id = invoice
    )
    SELECT coalesce((SELECT recorded_at FROM ledger WHERE sequence > coalesce(
        (SELECT max(sequence) FROM ledger WHERE due > 0), CASE WHEN total > 0 THEN 0 END
    ) ORDER BY sequence LIMIT 1), issued)
$$
""",
    # After `derive_invoice`, which sets the status: triggers run in the order of their names.
    """
CREATE OR REPLACE FUNCTION stamp_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := stamp_change();
    IF NEW.status <> 'paid' THEN
        NEW.paid_at := NULL;
    ELSIF TG_OP = 'INSERT' OR OLD.paid_at IS NULL THEN
        NEW.paid_at := settled_since(NEW.id, NEW.total_pence, NEW.issued_at);
    ELSE
        NEW.paid_at := OLD.paid_at;
    END IF;
    IF TG_OP = 'INSERT' AND NEW.replaces_id IS NOT NULL THEN
        -- What replaces it is a part of what it shows.
        UPDATE invoices SET updated_at = updated_at WHERE id = NEW.replaces_id;
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION stamp_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.reversed_by_id := NULL;
        NEW.centre_id := (SELECT centre_id FROM invoices WHERE id = NEW.invoice_id);
    END IF;
    NEW.updated_at := stamp_change();
    RETURN NEW;
END
$$
""",
    # Where something is in a finance system is a part of what it shows.
    """
CREATE OR REPLACE FUNCTION touch_subject() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.subject_id ELSE NEW.subject_id END;
BEGIN
    UPDATE invoices SET updated_at = updated_at WHERE id = subject;
    UPDATE invoice_entries SET updated_at = updated_at WHERE id = subject;
    RETURN NULL;
END
$$
""",
    """
CREATE OR REPLACE FUNCTION mark_reversed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE invoice_entries SET reversed_by_id = NEW.id WHERE id = NEW.reverses_id;
    RETURN NULL;
END
$$
""",
)


def refuse_entry_change(condition: str) -> str:
    """Refuse every change of an entry but to what the triggers keep, under this condition."""
    kept = "'{centre_id,reversed_by_id,updated_at}'::text[]"
    return f"""
CREATE OR REPLACE FUNCTION refuse_entry_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'{condition} AND (to_jsonb(NEW) - {kept}) = (to_jsonb(OLD) - {kept}) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'invoice_entries is append-only' USING ERRCODE = 'restrict_violation';
END
$$
"""


TRIGGERS_OF_INVOICES = (
    "CREATE OR REPLACE TRIGGER stamp_invoice BEFORE INSERT OR UPDATE ON invoices FOR EACH ROW "
    "EXECUTE FUNCTION stamp_invoice()",
)
TRIGGERS_OF_ENTRIES = (
    "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON invoice_entries FOR EACH ROW "
    "EXECUTE FUNCTION refuse_entry_change()",
    "CREATE OR REPLACE TRIGGER stamp_entry BEFORE INSERT OR UPDATE ON invoice_entries FOR EACH ROW "
    "EXECUTE FUNCTION stamp_entry()",
    "CREATE OR REPLACE TRIGGER mark_reversed AFTER INSERT ON invoice_entries FOR EACH ROW "
    "WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION mark_reversed()",
)
TRIGGER_OF_REFERENCES = (
    "CREATE OR REPLACE TRIGGER touch_subject AFTER INSERT OR UPDATE OR DELETE ON external_refs FOR EACH ROW "
    "EXECUTE FUNCTION touch_subject()"
)
