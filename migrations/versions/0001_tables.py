"""Every table of the product."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""

    op.create_table(
        "centres",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_domain", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "to_tsvector('simple'::regconfig, name || ' ' || replace(reference, '-', ' ') || ' ' || address_postcode)",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address_line_1", sa.Text(), nullable=False),
        sa.Column("address_line_2", sa.Text(), nullable=True),
        sa.Column("address_town", sa.Text(), nullable=False),
        sa.Column("address_county", sa.Text(), nullable=True),
        sa.Column("address_postcode", sa.String(length=10), nullable=False),
        sa.Column(
            "address_country",
            sa.Enum(
                "england",
                "wales",
                "scotland",
                "northern_ireland",
                "other",
                name="country",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centres")),
        sa.UniqueConstraint("reference", name=op.f("uq_centres_reference")),
    )
    op.create_index(op.f("ix_centres_address_postcode"), "centres", ["address_postcode"], unique=False)
    op.create_index(op.f("ix_centres_email_domain"), "centres", ["email_domain"], unique=False)
    op.create_index(op.f("ix_centres_name_key"), "centres", ["name_key"], unique=False)
    op.create_index("ix_centres_search", "centres", ["search"], unique=False, postgresql_using="gin")
    op.create_table(
        "emails",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "sent",
                "held",
                "not_needed",
                name="emailstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("recipients", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emails")),
    )
    op.create_index(
        "ix_emails_open", "emails", ["id"], unique=False, postgresql_where=sa.text("status IN ('queued', 'held')")
    )
    op.create_table(
        "event_streams",
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("aggregate_id", name=op.f("pk_event_streams")),
    )
    op.create_table(
        "events",
        sa.Column("aggregate_type", sa.Text(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("centre_id", sa.Uuid(), nullable=True),
        sa.Column("centre_sees", sa.Boolean(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=True),
        sa.Column("actor_roles", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("public", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("audit", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("aggregate_id", "sequence", name=op.f("uq_events_aggregate_id")),
    )
    op.create_index("ix_events_application", "events", ["application_id", "id"], unique=False)
    op.create_index("ix_events_centre", "events", ["centre_id", "id"], unique=False)
    op.create_index(
        "ix_events_unpublished",
        "events",
        ["id"],
        unique=False,
        postgresql_where=sa.text("public IS NOT NULL AND position IS NULL"),
    )
    op.create_index(
        "uq_events_position", "events", ["position"], unique=True, postgresql_where=sa.text("position IS NOT NULL")
    )
    op.create_table(
        "idempotent_answers",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotent_answers")),
    )
    op.create_index(op.f("ix_idempotent_answers_created_at"), "idempotent_answers", ["created_at"], unique=False)
    op.create_table(
        "people",
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_password_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email_key", name=op.f("uq_people_email_key")),
    )
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limits")),
    )
    op.create_table(
        "reference_counters",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_reference_counters")),
    )
    op.create_table(
        "applications",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("centre_name", sa.Text(), nullable=False),
        sa.Column("form_version", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "awaiting_payment",
                "in_review",
                "awaiting_decision",
                "accepted",
                "accepted_with_actions",
                "rejected",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_by_centre_lead", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("working_days_used", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("centre_lead_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "to_tsvector('simple'::regconfig, centre_name || ' ' || replace(reference, '-', ' '))", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('accepted', 'accepted_with_actions', 'rejected', 'withdrawn')) = (closed_at IS NOT NULL)",
            name=op.f("ck_applications_ended_has_a_time"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_applications_centre_id_centres")),
        sa.ForeignKeyConstraint(["centre_lead_id"], ["people.id"], name=op.f("fk_applications_centre_lead_id_people")),
        sa.ForeignKeyConstraint(["started_by"], ["people.id"], name=op.f("fk_applications_started_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("reference", name=op.f("uq_applications_reference")),
    )
    op.create_index(
        op.f("ix_applications_centre_id_started_at"), "applications", ["centre_id", "started_at"], unique=False
    )
    op.create_index(
        op.f("ix_applications_centre_lead_id_status"), "applications", ["centre_lead_id", "status"], unique=False
    )
    op.create_index(
        "ix_applications_due", "applications", ["due_at"], unique=False, postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index("ix_applications_search", "applications", ["search"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_applications_status_since_id"), "applications", ["status_since", "id"], unique=False)
    op.create_index(
        op.f("ix_applications_status_status_since_id"), "applications", ["status", "status_since", "id"], unique=False
    )
    op.create_index(
        "uq_open_application_of_centre",
        "applications",
        ["centre_id"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('accepted', 'accepted_with_actions', 'rejected', 'withdrawn')"),
    )
    op.create_table(
        "documents",
        sa.Column(
            "kind",
            sa.Enum(
                "centre_agreement",
                "customer_code_of_conduct",
                "being_a_centre_guide",
                "invigilation_guidance",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["published_by"], ["people.id"], name=op.f("fk_documents_published_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_documents_kind")),
    )
    op.create_index(op.f("ix_documents_published_at_id"), "documents", ["published_at", "id"], unique=False)
    op.create_table(
        "initial_applications",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "received",
                "account_created",
                "declined",
                name="initialapplicationstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_domain", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.Column("super_user_first_name", sa.Text(), nullable=False),
        sa.Column("super_user_last_name", sa.Text(), nullable=False),
        sa.Column("super_user_job_title", sa.Text(), nullable=False),
        sa.Column("super_user_email", sa.Text(), nullable=False),
        sa.Column("super_user_telephone", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("log_in_details_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("log_in_details_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_alert_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concerns_accepted_reason", sa.Text(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.Column("decline_internal_note", sa.Text(), nullable=True),
        sa.Column("centre_id", sa.Uuid(), nullable=True),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "to_tsvector('simple'::regconfig, organisation_name || ' ' || replace(reference, '-', ' ') || ' ' || address_postcode)",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address_line_1", sa.Text(), nullable=False),
        sa.Column("address_line_2", sa.Text(), nullable=True),
        sa.Column("address_town", sa.Text(), nullable=False),
        sa.Column("address_county", sa.Text(), nullable=True),
        sa.Column("address_postcode", sa.String(length=10), nullable=False),
        sa.Column(
            "address_country",
            sa.Enum(
                "england",
                "wales",
                "scotland",
                "northern_ireland",
                "other",
                name="country",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_initial_applications_centre_id_centres")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_initial_applications_decided_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initial_applications")),
        sa.UniqueConstraint("reference", name=op.f("uq_initial_applications_reference")),
    )
    op.create_index(
        op.f("ix_initial_applications_address_postcode"), "initial_applications", ["address_postcode"], unique=False
    )
    op.create_index(op.f("ix_initial_applications_centre_id"), "initial_applications", ["centre_id"], unique=False)
    op.create_index(
        op.f("ix_initial_applications_email_domain"), "initial_applications", ["email_domain"], unique=False
    )
    op.create_index(op.f("ix_initial_applications_name_key"), "initial_applications", ["name_key"], unique=False)
    op.create_index(
        op.f("ix_initial_applications_received_at_id"), "initial_applications", ["received_at", "id"], unique=False
    )
    op.create_index(
        "ix_initial_applications_search", "initial_applications", ["search"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        op.f("ix_initial_applications_status_received_at"),
        "initial_applications",
        ["status", "received_at"],
        unique=False,
    )
    op.create_index(
        "ix_initial_applications_unsent",
        "initial_applications",
        ["log_in_details_due_at"],
        unique=False,
        postgresql_where=sa.text("log_in_details_sent_at IS NULL AND status <> 'declined'"),
    )
    op.create_index(
        "uq_initial_applications_fingerprint",
        "initial_applications",
        ["fingerprint"],
        unique=True,
        postgresql_where=sa.text("status <> 'declined'"),
    )
    op.create_table(
        "integration_clients",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("secret_generation", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_integration_clients_created_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integration_clients")),
    )
    op.create_table(
        "memberships",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("super_user", "user", name="centrerole", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("log_in_details_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_memberships_centre_id_centres")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("person_id", "centre_id", name=op.f("uq_memberships_person_id")),
    )
    op.create_index(op.f("ix_memberships_centre_id"), "memberships", ["centre_id"], unique=False)
    op.create_table(
        "password_resets",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_password_resets_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_resets")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_resets_token_hash")),
    )
    op.create_index(op.f("ix_password_resets_person_id"), "password_resets", ["person_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("first_password", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"], unique=False)
    op.create_table(
        "sites",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("main", "delivery", name="sitekind", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address_line_1", sa.Text(), nullable=False),
        sa.Column("address_line_2", sa.Text(), nullable=True),
        sa.Column("address_town", sa.Text(), nullable=False),
        sa.Column("address_county", sa.Text(), nullable=True),
        sa.Column("address_postcode", sa.String(length=10), nullable=False),
        sa.Column(
            "address_country",
            sa.Enum(
                "england",
                "wales",
                "scotland",
                "northern_ireland",
                "other",
                name="country",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_sites_centre_id_centres")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
    )
    op.create_index(op.f("ix_sites_centre_id_created_at"), "sites", ["centre_id", "created_at"], unique=False)
    op.create_index(
        "uq_main_site_of_centre", "sites", ["centre_id"], unique=True, postgresql_where=sa.text("kind = 'main'")
    )
    op.create_table(
        "staff_members",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_staff_members_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_members")),
        sa.UniqueConstraint("person_id", name=op.f("uq_staff_members_person_id")),
    )
    op.create_table(
        "actions",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "evidence_sent",
                "closed",
                name="actionstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("closing_comment", sa.Text(), nullable=True),
        sa.Column("closed_by_name", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_actions_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_actions_application_id")),
    )
    op.create_index(
        "ix_actions_open", "actions", ["due_on"], unique=False, postgresql_where=sa.text("status <> 'closed'")
    )
    op.create_table(
        "agreement_acceptances",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_sha256", sa.Text(), nullable=False),
        sa.Column("code_of_conduct_id", sa.Uuid(), nullable=False),
        sa.Column("code_of_conduct_sha256", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Uuid(), nullable=False),
        sa.Column("accepted_by_name", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["people.id"], name=op.f("fk_agreement_acceptances_accepted_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["documents.id"], name=op.f("fk_agreement_acceptances_agreement_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_agreement_acceptances_application_id_applications")
        ),
        sa.ForeignKeyConstraint(
            ["code_of_conduct_id"], ["documents.id"], name=op.f("fk_agreement_acceptances_code_of_conduct_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_acceptances")),
    )
    op.create_index(
        op.f("ix_agreement_acceptances_application_id_accepted_at"),
        "agreement_acceptances",
        ["application_id", "accepted_at"],
        unique=False,
    )
    op.create_table(
        "application_details",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column(
            "group_key",
            sa.Enum(
                "history",
                "suitability",
                "experience",
                "centre-type",
                "provision",
                "learner-numbers",
                "invoice",
                name="detailsgroup",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("data", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("saved_by_name", sa.Text(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_details_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("application_id", "group_key", name=op.f("pk_application_details")),
    )
    op.create_table(
        "centre_lead_assignments",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("centre_lead_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_centre_lead_assignments_application_id_applications")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by"], ["people.id"], name=op.f("fk_centre_lead_assignments_assigned_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["centre_lead_id"], ["people.id"], name=op.f("fk_centre_lead_assignments_centre_lead_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre_lead_assignments")),
    )
    op.create_index(
        op.f("ix_centre_lead_assignments_application_id_assigned_at"),
        "centre_lead_assignments",
        ["application_id", "assigned_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_centre_lead_assignments_centre_lead_id_assigned_at"),
        "centre_lead_assignments",
        ["centre_lead_id", "assigned_at"],
        unique=False,
    )
    op.create_table(
        "contacts",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_contacts_centre_id_centres")),
        sa.ForeignKeyConstraint(["user_id"], ["memberships.id"], name=op.f("fk_contacts_user_id_memberships")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_centre_id_created_at"), "contacts", ["centre_id", "created_at"], unique=False)
    op.create_table(
        "due_diligence_checks",
        sa.Column("initial_application_id", sa.Uuid(), nullable=False),
        sa.Column(
            "check_key",
            sa.Enum(
                "organisation_exists",
                "address",
                "contact_channels",
                "initial_super_user",
                "duplicates",
                "regulatory_standing",
                "adverse_information",
                name="duediligencecheckkey",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "clear", "concern", name="duediligenceoutcome", native_enum=False, create_constraint=True, length=64
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_by_name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initial_application_id"],
            ["initial_applications.id"],
            name=op.f("fk_due_diligence_checks_initial_application_id_initial_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_due_diligence_checks_recorded_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_diligence_checks")),
    )
    op.create_index(
        op.f("ix_due_diligence_checks_initial_application_id_recorded_at"),
        "due_diligence_checks",
        ["initial_application_id", "recorded_at"],
        unique=False,
    )
    op.create_table(
        "interviews",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "arranged",
                "held",
                "cancelled",
                "not_attended",
                name="interviewstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "online",
                "in_person",
                "telephone",
                name="interviewmode",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("internal_note", sa.Text(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("arranged_by", sa.Uuid(), nullable=False),
        sa.Column("arranged_by_name", sa.Text(), nullable=False),
        sa.Column("arranged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_interviews_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_interviews_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["arranged_by"], ["people.id"], name=op.f("fk_interviews_arranged_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interviews")),
    )
    op.create_index(
        op.f("ix_interviews_application_id_starts_at"), "interviews", ["application_id", "starts_at"], unique=False
    )
    op.create_index(
        "uq_open_interview_of_application",
        "interviews",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("status = 'arranged'"),
    )
    op.create_table(
        "invoices",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("supplier", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("customer", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("bank", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("purchase_order_number", sa.Text(), nullable=True),
        sa.Column("buyer_reference", sa.Text(), nullable=False),
        sa.Column("payment_reference", sa.Text(), nullable=False),
        sa.Column("lines", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("net_pence", sa.BigInteger(), nullable=False),
        sa.Column("vat_pence", sa.BigInteger(), nullable=False),
        sa.Column("total_pence", sa.BigInteger(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("net_pence >= 0 AND vat_pence >= 0", name=op.f("ck_invoices_amounts_are_not_negative")),
        sa.CheckConstraint("total_pence = net_pence + vat_pence", name=op.f("ck_invoices_totals_add_up")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_invoices_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_invoices_centre_id_centres")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("number", name=op.f("uq_invoices_number")),
    )
    op.create_index(op.f("ix_invoices_centre_id_issued_at"), "invoices", ["centre_id", "issued_at"], unique=False)
    op.create_index(op.f("ix_invoices_issued_at_id"), "invoices", ["issued_at", "id"], unique=False)
    op.create_index("uq_invoice_of_application", "invoices", ["application_id"], unique=True)
    op.create_table(
        "policies",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column(
            "key",
            sa.Enum(
                "appeals",
                "complaints",
                "conflict_of_interest",
                "equality_diversity",
                "examinations",
                "internal_quality_assurance",
                "malpractice",
                "organisation_structure",
                "reasonable_adjustments",
                "recognition_of_prior_learning",
                "learner_registrations",
                name="policykey",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("not_applicable_statement", sa.Text(), nullable=True),
        sa.Column("declared_by_name", sa.Text(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_policies_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
        sa.UniqueConstraint("application_id", "key", name=op.f("uq_policies_application_id")),
    )
    op.create_table(
        "recognitions",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("active", "ended", name="recognitionstatus", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column("centre_name", sa.Text(), nullable=False),
        sa.Column("centre_town", sa.Text(), nullable=False),
        sa.Column("recognised_from", sa.Date(), nullable=False),
        sa.Column("centre_lead_id", sa.Uuid(), nullable=True),
        sa.Column("account_team", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("certificate_issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "to_tsvector('simple'::regconfig, centre_name || ' ' || replace(number, '-', ' ') || ' ' || centre_town)",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_recognitions_ended_has_a_day")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_recognitions_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_recognitions_centre_id_centres")),
        sa.ForeignKeyConstraint(["centre_lead_id"], ["people.id"], name=op.f("fk_recognitions_centre_lead_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognitions")),
        sa.UniqueConstraint("application_id", name=op.f("uq_recognitions_application_id")),
        sa.UniqueConstraint("number", name=op.f("uq_recognitions_number")),
    )
    op.create_index(op.f("ix_recognitions_centre_id"), "recognitions", ["centre_id"], unique=False)
    op.create_index(op.f("ix_recognitions_centre_name_id"), "recognitions", ["centre_name", "id"], unique=False)
    op.create_index("ix_recognitions_search", "recognitions", ["search"], unique=False, postgresql_using="gin")
    op.create_index(
        "uq_active_recognition_of_centre",
        "recognitions",
        ["centre_id"],
        unique=True,
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_refresh_tokens_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_refresh_tokens_token_hash")),
    )
    op.create_index(op.f("ix_refresh_tokens_session_id"), "refresh_tokens", ["session_id"], unique=False)
    op.create_table(
        "submissions",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("form_version", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_by_name", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_submissions_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["submitted_by"], ["people.id"], name=op.f("fk_submissions_submitted_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_submissions_application_id")),
    )
    op.create_table(
        "action_evidence",
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("sent_by_name", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("declared_media_type", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column(
            "inspection_state",
            sa.Enum(
                "pending",
                "passed",
                "refused",
                name="inspectionstate",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("inspected_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_action_evidence_action_id_actions")),
        sa.ForeignKeyConstraint(["sent_by"], ["people.id"], name=op.f("fk_action_evidence_sent_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_evidence")),
        sa.UniqueConstraint("action_id", "number", name=op.f("uq_action_evidence_action_id")),
    )
    op.create_table(
        "contact_roles",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "head_of_organisation",
                "overall_quality_manager",
                "curriculum_development",
                "quality_assurance",
                "administration_examinations",
                "finance",
                name="contactrole",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_contact_roles_centre_id_centres")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_roles_contact_id_contacts")),
        sa.PrimaryKeyConstraint("contact_id", "role", name=op.f("pk_contact_roles")),
    )
    op.create_index(op.f("ix_contact_roles_centre_id"), "contact_roles", ["centre_id"], unique=False)
    op.create_index(
        "uq_single_holder_of_contact_role",
        "contact_roles",
        ["centre_id", "role"],
        unique=True,
        postgresql_where=sa.text("role <> 'curriculum_development'"),
    )
    op.create_table(
        "invoice_entries",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "payment", "reversal", "credit", name="entrykind", native_enum=False, create_constraint=True, length=64
            ),
            nullable=False,
        ),
        sa.Column("amount_pence", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "bank_transfer",
                "card",
                "direct_debit",
                "cheque",
                "cash",
                "other",
                name="paymentmethod",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("payer_reference", sa.Text(), nullable=True),
        sa.Column("external_system", sa.Text(), nullable=True),
        sa.Column("external_payment_id", sa.Text(), nullable=True),
        sa.Column("credit_note_number", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_by_name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'credit') = (credit_note_number IS NOT NULL)", name=op.f("ck_invoice_entries_credit_has_a_number")
        ),
        sa.CheckConstraint(
            "(kind = 'reversal') = (reverses_id IS NOT NULL)",
            name=op.f("ck_invoice_entries_reversal_names_its_payment"),
        ),
        sa.CheckConstraint(
            "(external_system IS NULL) = (external_payment_id IS NULL)",
            name=op.f("ck_invoice_entries_external_payment_is_named_whole"),
        ),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_invoice_entries_amount_is_positive")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_entries_invoice_id_invoices")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["invoice_entries.id"], name=op.f("fk_invoice_entries_reverses_id_invoice_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_entries")),
        sa.UniqueConstraint("credit_note_number", name=op.f("uq_invoice_entries_credit_note_number")),
        sa.UniqueConstraint("external_system", "external_payment_id", name=op.f("uq_invoice_entries_external_system")),
        sa.UniqueConstraint("invoice_id", "sequence", name=op.f("uq_invoice_entries_invoice_id")),
    )
    op.create_index(
        "uq_one_reversal_of_entry",
        "invoice_entries",
        ["reverses_id"],
        unique=True,
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.create_table(
        "policy_versions",
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_by_name", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("declared_media_type", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column(
            "inspection_state",
            sa.Enum(
                "pending",
                "passed",
                "refused",
                name="inspectionstate",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("inspected_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_policy_versions_policy_id_policies")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["people.id"], name=op.f("fk_policy_versions_uploaded_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("policy_id", "number", name=op.f("uq_policy_versions_policy_id")),
    )
    op.create_table(
        "recommendations",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "accept",
                "accept_with_actions",
                "reject",
                name="recommendationoutcome",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("actions", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("recommended_by", sa.Uuid(), nullable=False),
        sa.Column("recommended_by_name", sa.Text(), nullable=False),
        sa.Column("recommended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_recommendations_application_id_applications")
        ),
        sa.ForeignKeyConstraint(
            ["recommended_by"], ["people.id"], name=op.f("fk_recommendations_recommended_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_recommendations_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendations")),
    )
    op.create_index(
        op.f("ix_recommendations_application_id_recommended_at"),
        "recommendations",
        ["application_id", "recommended_at"],
        unique=False,
    )
    op.create_table(
        "reviews",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "initial_review",
                "centre_lead_review",
                name="reviewstage",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum("pass", "return", name="reviewoutcome", native_enum=False, create_constraint=True, length=64),
            nullable=False,
        ),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("internal_note", sa.Text(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("reviewed_by_name", sa.Text(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_reviews_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["reviewed_by"], ["people.id"], name=op.f("fk_reviews_reviewed_by_people")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_reviews_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(
        op.f("ix_reviews_application_id_reviewed_at"), "reviews", ["application_id", "reviewed_at"], unique=False
    )
    op.create_table(
        "decisions",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("recommendation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "accept",
                "accept_with_actions",
                "reject",
                "refer_back",
                name="decisionoutcome",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("internal_note", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_by_name", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_decisions_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_decisions_decided_by_people")),
        sa.ForeignKeyConstraint(
            ["recommendation_id"], ["recommendations.id"], name=op.f("fk_decisions_recommendation_id_recommendations")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_decisions_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(
        op.f("ix_decisions_application_id_decided_at"), "decisions", ["application_id", "decided_at"], unique=False
    )
    op.create_table(
        "return_items",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "section",
            sa.Enum(
                "application",
                "policies_and_procedures",
                "centre_agreement",
                name="section",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("pointer", sa.Text(), nullable=True),
        sa.Column(
            "code",
            sa.Enum(
                "missing_information",
                "unclear",
                "inconsistent",
                "does_not_meet_requirement",
                "wrong_document",
                "out_of_date",
                "other",
                name="returnitemcode",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_name", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_return_items_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_return_items_review_id_reviews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_items")),
        sa.UniqueConstraint("review_id", "number", name=op.f("uq_return_items_review_id")),
    )
    op.create_index(op.f("ix_return_items_application_id"), "return_items", ["application_id"], unique=False)


def downgrade() -> None:
    """Take back."""

    op.drop_index(op.f("ix_return_items_application_id"), table_name="return_items")
    op.drop_table("return_items")
    op.drop_index(op.f("ix_decisions_application_id_decided_at"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_index(op.f("ix_reviews_application_id_reviewed_at"), table_name="reviews")
    op.drop_table("reviews")
    op.drop_index(op.f("ix_recommendations_application_id_recommended_at"), table_name="recommendations")
    op.drop_table("recommendations")
    op.drop_table("policy_versions")
    op.drop_index(
        "uq_one_reversal_of_entry", table_name="invoice_entries", postgresql_where=sa.text("reverses_id IS NOT NULL")
    )
    op.drop_table("invoice_entries")
    op.drop_index(
        "uq_single_holder_of_contact_role",
        table_name="contact_roles",
        postgresql_where=sa.text("role <> 'curriculum_development'"),
    )
    op.drop_index(op.f("ix_contact_roles_centre_id"), table_name="contact_roles")
    op.drop_table("contact_roles")
    op.drop_table("action_evidence")
    op.drop_table("submissions")
    op.drop_index(op.f("ix_refresh_tokens_session_id"), table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_index(
        "uq_active_recognition_of_centre", table_name="recognitions", postgresql_where=sa.text("status = 'active'")
    )
    op.drop_index("ix_recognitions_search", table_name="recognitions", postgresql_using="gin")
    op.drop_index(op.f("ix_recognitions_centre_name_id"), table_name="recognitions")
    op.drop_index(op.f("ix_recognitions_centre_id"), table_name="recognitions")
    op.drop_table("recognitions")
    op.drop_table("policies")
    op.drop_index("uq_invoice_of_application", table_name="invoices")
    op.drop_index(op.f("ix_invoices_issued_at_id"), table_name="invoices")
    op.drop_index(op.f("ix_invoices_centre_id_issued_at"), table_name="invoices")
    op.drop_table("invoices")
    op.drop_index(
        "uq_open_interview_of_application", table_name="interviews", postgresql_where=sa.text("status = 'arranged'")
    )
    op.drop_index(op.f("ix_interviews_application_id_starts_at"), table_name="interviews")
    op.drop_table("interviews")
    op.drop_index(op.f("ix_due_diligence_checks_initial_application_id_recorded_at"), table_name="due_diligence_checks")
    op.drop_table("due_diligence_checks")
    op.drop_index(op.f("ix_contacts_centre_id_created_at"), table_name="contacts")
    op.drop_table("contacts")
    op.drop_index(op.f("ix_centre_lead_assignments_centre_lead_id_assigned_at"), table_name="centre_lead_assignments")
    op.drop_index(op.f("ix_centre_lead_assignments_application_id_assigned_at"), table_name="centre_lead_assignments")
    op.drop_table("centre_lead_assignments")
    op.drop_table("application_details")
    op.drop_index(op.f("ix_agreement_acceptances_application_id_accepted_at"), table_name="agreement_acceptances")
    op.drop_table("agreement_acceptances")
    op.drop_index("ix_actions_open", table_name="actions", postgresql_where=sa.text("status <> 'closed'"))
    op.drop_table("actions")
    op.drop_table("staff_members")
    op.drop_index("uq_main_site_of_centre", table_name="sites", postgresql_where=sa.text("kind = 'main'"))
    op.drop_index(op.f("ix_sites_centre_id_created_at"), table_name="sites")
    op.drop_table("sites")
    op.drop_index(op.f("ix_sessions_person_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(op.f("ix_password_resets_person_id"), table_name="password_resets")
    op.drop_table("password_resets")
    op.drop_index(op.f("ix_memberships_centre_id"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_table("integration_clients")
    op.drop_index(
        "uq_initial_applications_fingerprint",
        table_name="initial_applications",
        postgresql_where=sa.text("status <> 'declined'"),
    )
    op.drop_index(
        "ix_initial_applications_unsent",
        table_name="initial_applications",
        postgresql_where=sa.text("log_in_details_sent_at IS NULL AND status <> 'declined'"),
    )
    op.drop_index(op.f("ix_initial_applications_status_received_at"), table_name="initial_applications")
    op.drop_index("ix_initial_applications_search", table_name="initial_applications", postgresql_using="gin")
    op.drop_index(op.f("ix_initial_applications_received_at_id"), table_name="initial_applications")
    op.drop_index(op.f("ix_initial_applications_name_key"), table_name="initial_applications")
    op.drop_index(op.f("ix_initial_applications_email_domain"), table_name="initial_applications")
    op.drop_index(op.f("ix_initial_applications_centre_id"), table_name="initial_applications")
    op.drop_index(op.f("ix_initial_applications_address_postcode"), table_name="initial_applications")
    op.drop_table("initial_applications")
    op.drop_index(op.f("ix_documents_published_at_id"), table_name="documents")
    op.drop_table("documents")
    op.drop_index(
        "uq_open_application_of_centre",
        table_name="applications",
        postgresql_where=sa.text("status NOT IN ('accepted', 'accepted_with_actions', 'rejected', 'withdrawn')"),
    )
    op.drop_index(op.f("ix_applications_status_status_since_id"), table_name="applications")
    op.drop_index(op.f("ix_applications_status_since_id"), table_name="applications")
    op.drop_index("ix_applications_search", table_name="applications", postgresql_using="gin")
    op.drop_index("ix_applications_due", table_name="applications", postgresql_where=sa.text("due_at IS NOT NULL"))
    op.drop_index(op.f("ix_applications_centre_lead_id_status"), table_name="applications")
    op.drop_index(op.f("ix_applications_centre_id_started_at"), table_name="applications")
    op.drop_table("applications")
    op.drop_table("reference_counters")
    op.drop_table("rate_limits")
    op.drop_table("people")
    op.drop_index(op.f("ix_idempotent_answers_created_at"), table_name="idempotent_answers")
    op.drop_table("idempotent_answers")
    op.drop_index("uq_events_position", table_name="events", postgresql_where=sa.text("position IS NOT NULL"))
    op.drop_index(
        "ix_events_unpublished",
        table_name="events",
        postgresql_where=sa.text("public IS NOT NULL AND position IS NULL"),
    )
    op.drop_index("ix_events_centre", table_name="events")
    op.drop_index("ix_events_application", table_name="events")
    op.drop_table("events")
    op.drop_table("event_streams")
    op.drop_index("ix_emails_open", table_name="emails", postgresql_where=sa.text("status IN ('queued', 'held')"))
    op.drop_table("emails")
    op.drop_index("ix_centres_search", table_name="centres", postgresql_using="gin")
    op.drop_index(op.f("ix_centres_name_key"), table_name="centres")
    op.drop_index(op.f("ix_centres_email_domain"), table_name="centres")
    op.drop_index(op.f("ix_centres_address_postcode"), table_name="centres")
    op.drop_table("centres")
