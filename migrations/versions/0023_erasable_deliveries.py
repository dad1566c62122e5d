"""Let an erasure take whom a letter reached out of its delivery log; nothing else in it can change, as before."""

from collections.abc import Sequence

from alembic import op

from migrations.steps import briefly

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_delivery_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (to_jsonb(NEW) - '{recipient,words}'::text[]) = (to_jsonb(OLD) - '{recipient,words}'::text[])
       AND (NEW.recipient IS NULL OR NEW.recipient = OLD.recipient)
       AND (NEW.words IS NULL OR NEW.words = OLD.words)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'email_deliveries is append-only' USING ERRCODE = 'restrict_violation';
END
$$
"""


def _guard(function: str) -> str:
    return (
        "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON email_deliveries "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def upgrade() -> None:
    """Guard the log by a function of its own."""
    briefly(_REFUSE, _guard("refuse_delivery_change"))


def downgrade() -> None:
    """Let nothing in the log change again."""
    briefly(_guard("refuse_change"))
    op.execute("DROP FUNCTION IF EXISTS refuse_delivery_change")
