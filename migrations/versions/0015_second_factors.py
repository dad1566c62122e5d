"""Second factors, recovery codes, challenges of passkeys, and when a session proved its person."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from migrations.steps import briefly

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """The release before leaves the new columns empty: its sessions proved the password when they began."""
    briefly(
        "ALTER TABLE sessions ADD IF NOT EXISTS second_factor_at timestamptz, ADD IF NOT EXISTS password_at timestamptz"
    )
    briefly("ALTER TABLE people ADD IF NOT EXISTS second_factor_since timestamptz")
    op.create_table(
        "second_factors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("sealed_secret", sa.LargeBinary()),
        sa.Column("last_step", sa.BigInteger()),
        sa.Column("credential_id", sa.LargeBinary()),
        sa.Column("public_key", sa.LargeBinary()),
        sa.Column("sign_count", sa.BigInteger()),
        sa.Column("transports", ARRAY(sa.String(40))),
        sa.CheckConstraint(
            "kind = 'totp' AND sealed_secret IS NOT NULL OR kind = 'passkey' AND credential_id IS NOT NULL "
            "AND public_key IS NOT NULL AND sign_count IS NOT NULL AND confirmed_at IS NOT NULL",
            name=op.f("ck_second_factors_complete"),
        ),
        sa.CheckConstraint("kind IN ('totp', 'passkey')", name=op.f("ck_second_factors_factorkind")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_second_factors_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factors")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_second_factors_credential_id")),
        if_not_exists=True,
    )
    op.create_index("ix_second_factors_person_id", "second_factors", ["person_id"], if_not_exists=True)
    op.create_index(
        "uq_second_factors_totp",
        "second_factors",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'totp' AND confirmed_at IS NOT NULL"),
        if_not_exists=True,
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recovery_codes_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("person_id", "code_hash", name=op.f("uq_recovery_codes_person_id")),
        if_not_exists=True,
    )
    op.create_table(
        "factor_challenges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(64), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('registration', 'proof')", name=op.f("ck_factor_challenges_challengepurpose")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_factor_challenges_person_id_people")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name=op.f("fk_factor_challenges_session_id_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_challenges")),
        if_not_exists=True,
    )
    for column in ("person_id", "session_id"):
        op.create_index(f"ix_factor_challenges_{column}", "factor_challenges", [column], if_not_exists=True)


def downgrade() -> None:
    """The release before knows none of it."""
    for table in ("factor_challenges", "recovery_codes", "second_factors"):
        op.drop_table(table, if_exists=True)
    op.execute("ALTER TABLE people DROP IF EXISTS second_factor_since")
    op.execute("ALTER TABLE sessions DROP IF EXISTS password_at, DROP IF EXISTS second_factor_at")
