"""Corrections of initial applications, and replacements of centres' super users."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# An erasure takes the values out of a correction; nothing else in it can change.
_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_correction_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (to_jsonb(NEW) - '{before,after}'::text[]) = (to_jsonb(OLD) - '{before,after}'::text[])
       AND NEW.before IS NULL AND NEW.after IS NULL
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'initial_application_corrections is append-only' USING ERRCODE = 'restrict_violation';
END
$$
"""
_METHODS = "'called_back', 'video_call', 'in_person', 'confirmed_by_head'"


def upgrade() -> None:
    """Add the tables, which the release before does not know."""
    op.create_table(
        "initial_application_corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("initial_application_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", JSONB()),
        sa.Column("after", JSONB()),
        sa.Column("voided_checks", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_by_name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["initial_application_id"],
            ["initial_applications.id"],
            name=op.f("fk_initial_application_corrections_initial_application_id_initial_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_initial_application_corrections_recorded_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initial_application_corrections")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_initial_application_corrections_initial_application_id_id"),
        "initial_application_corrections",
        ["initial_application_id", "id"],
        if_not_exists=True,
    )
    op.execute(_REFUSE)
    op.execute(
        "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON initial_application_corrections "
        "FOR EACH ROW EXECUTE FUNCTION refuse_correction_change()"
    )
    op.create_table(
        "super_user_replacements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("lost_user_id", sa.Uuid(), nullable=False),
        sa.Column("successor_user_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("identity_check_method", sa.String(64), nullable=False),
        sa.Column("identity_check_note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_by_name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True)),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            f"identity_check_method IN ({_METHODS})", name=op.f("ck_super_user_replacements_identitycheckmethod")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centres.id"], name=op.f("fk_super_user_replacements_centre_id_centres")
        ),
        sa.ForeignKeyConstraint(
            ["lost_user_id"], ["memberships.id"], name=op.f("fk_super_user_replacements_lost_user_id_memberships")
        ),
        sa.ForeignKeyConstraint(
            ["successor_user_id"],
            ["memberships.id"],
            name=op.f("fk_super_user_replacements_successor_user_id_memberships"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_super_user_replacements_recorded_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_super_user_replacements")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_super_user_replacements_centre_id_id"),
        "super_user_replacements",
        ["centre_id", "id"],
        if_not_exists=True,
    )
    op.create_index(
        "uq_waiting_super_user_replacement",
        "super_user_replacements",
        ["centre_id"],
        unique=True,
        postgresql_where=sa.text("made_at IS NULL AND cancelled_at IS NULL"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_super_user_replacements_successor_user_id"),
        "super_user_replacements",
        ["successor_user_id"],
        if_not_exists=True,
    )


def downgrade() -> None:
    """The release before knows none of it."""
    op.drop_table("super_user_replacements", if_exists=True)
    op.drop_table("initial_application_corrections", if_exists=True)
    op.execute("DROP FUNCTION IF EXISTS refuse_correction_change")
