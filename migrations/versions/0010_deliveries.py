"""The delivery log of emails, what each belongs to, and lists of jobs and emails by status."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.steps import add_check, briefly, build_index, drop_index, in_batches

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OUTCOMES = ["queued", "sent", "deferred", "held", "retried", "not_needed", "discarded", "delayed", "bounced"]
_STATUSES = ["queued", "sent", "held", "not_needed", "bounced", "discarded"]
_STATUSES_BEFORE = _STATUSES[:4]
_UNSENT = ("held", "not_needed", "bounced", "discarded")
# An email belongs to what its arguments name, and to the application, invoice or initial application of that.
_OWNERS = r"""
CREATE OR REPLACE FUNCTION email_owners_of(arguments jsonb) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    WITH named AS (
        SELECT key, value::uuid AS id FROM jsonb_each_text(arguments)
        WHERE key LIKE '%\_id' AND value ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    ), parts AS (
        SELECT key, id FROM named
        UNION ALL SELECT 'action_id', of.action_id FROM named JOIN action_evidence AS of USING (id)
            WHERE key = 'evidence_id'
        UNION ALL SELECT 'invoice_id', of.invoice_id FROM named JOIN invoice_entries AS of USING (id)
            WHERE key = 'entry_id'
    )
    SELECT id FROM parts
    UNION SELECT application_id FROM parts JOIN actions USING (id) WHERE key = 'action_id'
    UNION SELECT application_id FROM parts JOIN decisions USING (id) WHERE key = 'decision_id'
    UNION SELECT application_id FROM parts JOIN interviews USING (id) WHERE key = 'interview_id'
    UNION SELECT application_id FROM parts JOIN invoices USING (id) WHERE key = 'invoice_id'
    UNION SELECT application_id FROM parts JOIN recommendations USING (id) WHERE key = 'recommendation_id'
    UNION SELECT application_id FROM parts JOIN reviews USING (id) WHERE key = 'review_id'
    UNION SELECT application_id FROM parts JOIN submissions USING (id) WHERE key = 'submission_id'
    -- The first super user's log-in details answer the initial application.
    UNION SELECT of.id FROM parts JOIN memberships AS member ON member.id = parts.id
        JOIN initial_applications AS of ON of.centre_id = member.centre_id
        WHERE key = 'membership_id' AND NOT EXISTS (
            SELECT FROM memberships AS earlier WHERE earlier.centre_id = member.centre_id AND earlier.id < member.id
        )
$$
"""
_KEEP_OWNERS = """
CREATE OR REPLACE FUNCTION keep_email_owners() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO email_owners (owner_id, email_id) SELECT owner, NEW.id FROM email_owners_of(NEW.arguments) AS owner;
    RETURN NULL;
END
$$
"""
_OWN_EARLIER = """
INSERT INTO email_owners (owner_id, email_id)
SELECT owner, emails.id FROM emails CROSS JOIN LATERAL email_owners_of(arguments) AS owner
WHERE emails.id = ANY(:ids) ON CONFLICT DO NOTHING
"""


def _one_of(values: Sequence[str]) -> str:
    return f"status IN ({', '.join(map(repr, values))})"


def upgrade() -> None:
    """A trigger says what a new email belongs to, whichever release writes it; earlier ones follow in batches."""
    briefly(
        "CREATE TABLE IF NOT EXISTS email_owners (owner_id uuid NOT NULL, email_id uuid NOT NULL, "
        "CONSTRAINT pk_email_owners PRIMARY KEY (owner_id, email_id))",
        _OWNERS,
        _KEEP_OWNERS,
        "DROP TRIGGER IF EXISTS keep_email_owners ON emails",
        "CREATE TRIGGER keep_email_owners AFTER INSERT ON emails FOR EACH ROW EXECUTE FUNCTION keep_email_owners()",
    )
    in_batches("emails", _OWN_EARLIER)
    add_check("emails", "ck_emails_emailstatus", _one_of(_STATUSES))
    build_index("ix_emails_unsent", "emails", "status, id", where=_one_of(_UNSENT))
    build_index("ix_pgqueuer_kind", "pgqueuer", "entrypoint, id")
    aside = "status IN ('failed', 'canceled')"
    build_index("ix_pgqueuer_aside", "pgqueuer", "status, id", where=aside)
    build_index("ix_pgqueuer_aside_kind", "pgqueuer", "status, entrypoint, id", where=aside)
    op.create_table(
        "email_deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=True),
        sa.CheckConstraint(f"outcome IN ({', '.join(map(repr, _OUTCOMES))})", name="deliveryoutcome"),
        sa.ForeignKeyConstraint(["email_id"], ["emails.id"], name=op.f("fk_email_deliveries_email_id_emails")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_deliveries")),
    )
    op.create_index(op.f("ix_email_deliveries_email_id_id"), "email_deliveries", ["email_id", "id"])
    op.get_bind().exec_driver_sql(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON email_deliveries "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Forget the log. A bounced email was sent, a discarded one is held."""
    run = op.get_bind().exec_driver_sql
    op.drop_table("email_deliveries")
    run("DROP TRIGGER keep_email_owners ON emails")
    run("DROP FUNCTION keep_email_owners")
    run("DROP FUNCTION email_owners_of")
    op.drop_table("email_owners")
    run("UPDATE emails SET status = 'sent' WHERE status = 'bounced'")
    run("UPDATE emails SET status = 'held' WHERE status = 'discarded'")
    run("UPDATE pgqueuer SET status = 'failed' WHERE status = 'canceled'")
    for name in ("ix_emails_unsent", "ix_pgqueuer_kind", "ix_pgqueuer_aside", "ix_pgqueuer_aside_kind"):
        drop_index(name)
    add_check("emails", "ck_emails_emailstatus", _one_of(_STATUSES_BEFORE))
