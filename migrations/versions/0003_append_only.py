"""What is a record can be added to and never changed: the database itself refuses."""

from collections.abc import Sequence

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Tables whose rows are evidence for the regulator.
RECORDS = (
    "submissions",
    "reviews",
    "recommendations",
    "decisions",
    "agreement_acceptances",
    "policy_versions",
    "action_evidence",
    "documents",
    "invoices",
    "invoice_entries",
    "due_diligence_checks",
)

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""

# An event may be given its place in the feed once, and what the audit alone may see may be erased where the law asks
# for it.
REFUSE_EVENT = """
CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (to_jsonb(NEW) - '{position,audit,actor_name}'::text[]) = (to_jsonb(OLD) -
       '{position,audit,actor_name}'::text[])
       AND (OLD.position IS NULL OR NEW.position = OLD.position)
       AND (NEW.audit IS NULL OR NEW.audit = OLD.audit)
       AND (NEW.actor_name IS NULL OR NEW.actor_name = OLD.actor_name)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'events is append-only' USING ERRCODE = 'restrict_violation';
END
$$
"""


def upgrade() -> None:
    """Guard the records."""
    run = op.get_bind().exec_driver_sql
    run(REFUSE)
    run(REFUSE_EVENT)
    for table in RECORDS:
        run(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    run(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON events "
        "FOR EACH ROW EXECUTE FUNCTION refuse_event_change()"
    )


def downgrade() -> None:
    """Take the guards away."""
    run = op.get_bind().exec_driver_sql
    for table in (*RECORDS, "events"):
        run(f"DROP TRIGGER append_only ON {table}")
    run("DROP FUNCTION refuse_event_change")
    run("DROP FUNCTION refuse_change")
