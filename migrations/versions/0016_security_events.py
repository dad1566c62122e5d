"""The record of security events: added to, read, and deleted when it is old; never changed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# What names a person may be erased; a row may be deleted once the record has gone on for a month, by its own times, so
# that nobody removes fresh traces and no clock matters.
_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_security_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erasable CONSTANT text[] := '{actor_id,actor_name,person_id,address,user_agent,detail}';
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.at < (SELECT max(at) FROM security_events) - interval '30 days' THEN
            RETURN OLD;
        END IF;
    ELSIF (to_jsonb(NEW) - erasable) = (to_jsonb(OLD) - erasable)
       AND (NEW.actor_id IS NULL OR NEW.actor_id = OLD.actor_id)
       AND (NEW.actor_name IS NULL OR NEW.actor_name = OLD.actor_name)
       AND (NEW.person_id IS NULL OR NEW.person_id = OLD.person_id)
       AND (NEW.address IS NULL OR NEW.address = OLD.address)
       AND (NEW.user_agent IS NULL OR NEW.user_agent = OLD.user_agent)
       AND (NEW.detail = '{}' OR NEW.detail = OLD.detail)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'security_events is append-only' USING ERRCODE = 'restrict_violation';
END
$$
"""


def upgrade() -> None:
    """Add the table, which the release before does not know."""
    op.create_table(
        "security_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid()),
        sa.Column("actor_name", sa.Text()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("client_id", sa.Uuid()),
        sa.Column("address", sa.Text()),
        sa.Column("user_agent", sa.Text()),
        sa.Column("request_id", sa.Text()),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_events")),
        if_not_exists=True,
    )
    for name, columns in (
        ("at", ["at", "id"]),
        ("kind", ["kind", "at", "id"]),
        ("person", ["person_id", "at", "id"]),
        ("address", ["address", "at", "id"]),
    ):
        op.create_index(f"ix_security_events_{name}", "security_events", columns, if_not_exists=True)
    op.execute(_REFUSE)
    op.execute(
        "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON security_events "
        "FOR EACH ROW EXECUTE FUNCTION refuse_security_event_change()"
    )


def downgrade() -> None:
    """The release before knows none of it."""
    op.drop_table("security_events", if_exists=True)
    op.execute("DROP FUNCTION IF EXISTS refuse_security_event_change")
