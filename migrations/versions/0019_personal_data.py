"""Find what is held about a person, and erase it without breaking the record of changes."""

from collections.abc import Sequence

from alembic import op

from migrations.steps import build_index, drop_index

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# "Jane Doe <jane@example.org>" or the bare address.
_ADDRESSES = r"""
CREATE OR REPLACE FUNCTION recipient_addresses(recipients jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(
    SELECT lower(coalesce(substring(one FROM '<([^<>]*)>$'), one))
    FROM jsonb_array_elements_text(recipients->'to') AS one
)
"""

# As before, and where the audit is erased, the name in the summary is too.
_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (to_jsonb(NEW) - '{{{may_change}}}'::text[]) = (to_jsonb(OLD) - '{{{may_change}}}'::text[])
       AND (OLD.position IS NULL OR NEW.position = OLD.position)
       AND (NEW.audit IS NULL OR NEW.audit = OLD.audit)
       AND (NEW.actor_name IS NULL OR NEW.actor_name = OLD.actor_name){more}
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'events is append-only' USING ERRCODE = 'restrict_violation';
END
$$
"""
_SUMMARY = """
       AND (NEW.summary = OLD.summary OR NEW.audit IS NULL AND NEW.summary LIKE '%an erased person%')"""

_INDEXES = {
    "ix_events_actor": ("events", "actor_id, id", "actor_id IS NOT NULL", ""),
    "ix_contacts_lower_email": ("contacts", "lower(email)", "", ""),
    "ix_initial_applications_lower_email": ("initial_applications", "lower(email)", "", ""),
    "ix_initial_applications_lower_super_user_email": ("initial_applications", "lower(super_user_email)", "", ""),
    "ix_emails_addresses": ("emails", "recipient_addresses(recipients)", "", "gin"),
    "ix_emails_named": ("emails", "id", "recipients IS NOT NULL", ""),
}


def upgrade() -> None:
    """Add the function and the indexes, and let an erasure take a name out of a summary."""
    run = op.get_bind().exec_driver_sql
    run(_ADDRESSES)
    run(_REFUSE.format(may_change="position,audit,actor_name,summary", more=_SUMMARY))
    for name, (table, columns, where, using) in _INDEXES.items():
        build_index(name, table, columns, where=where, using=using)


def downgrade() -> None:
    """Take them away again."""
    for name in _INDEXES:
        drop_index(name)
    run = op.get_bind().exec_driver_sql
    run(_REFUSE.format(may_change="position,audit,actor_name", more=""))
    run("DROP FUNCTION recipient_addresses(jsonb)")
