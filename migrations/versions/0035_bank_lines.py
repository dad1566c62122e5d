"""Bank statements, their lines, and the ledger's entries that a line stands for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from migrations.steps import build_index, drop_index

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_STATUSES = "'unmatched', 'suggested', 'part_confirmed', 'confirmed', 'ignored', 'withdrawn'"


def upgrade() -> None:
    """Add tables that the release before does not know, and an index by which payments of one amount are found."""
    op.create_table(
        "bank_statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(40), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("format", sa.String(64), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bank_account", sa.Text()),
        sa.Column("mapping", JSONB()),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("new_lines", sa.BigInteger(), nullable=False),
        sa.Column("lines_without_amount", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid()),
        sa.Column("uploaded_by_name", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawal", sa.Text()),
        sa.Column("withdrawn_by_name", sa.Text()),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("format IN ('csv', 'ofx', 'mt940')", name=op.f("ck_bank_statements_statementformat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statements")),
        if_not_exists=True,
    )
    op.create_index(
        "uq_bank_statements_sha256",
        "bank_statements",
        ["sha256"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
        if_not_exists=True,
    )
    op.create_index("ix_bank_statements_account_id", "bank_statements", ["account", "id"], if_not_exists=True)
    op.create_table(
        "bank_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(40), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_pence", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("reference", sa.Text()),
        sa.Column("payer", sa.Text()),
        sa.Column("bank_id", sa.Text()),
        sa.Column("numbers", ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("matched_pence", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("rejection", sa.Text()),
        sa.Column("settled_by_name", sa.Text()),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("amount_pence <> 0", name=op.f("ck_bank_lines_moves_money")),
        sa.CheckConstraint(
            "matched_pence BETWEEN 0 AND abs(amount_pence)", name=op.f("ck_bank_lines_matches_no_more_than_it_moved")
        ),
        sa.CheckConstraint(f"status IN ({_STATUSES})", name=op.f("ck_bank_lines_banklinestatus")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["bank_statements.id"], name=op.f("fk_bank_lines_statement_id_bank_statements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_lines")),
        if_not_exists=True,
    )
    op.create_index(
        "uq_bank_lines_account",
        "bank_lines",
        ["account", "key"],
        unique=True,
        postgresql_where=sa.text("status <> 'withdrawn'"),
        if_not_exists=True,
    )
    for first in ([], ["status"], ["account"], ["statement_id"], ["amount_pence"]):
        columns = [*first, "booked_on", "id"]
        op.create_index(f"ix_bank_lines_{'_'.join(columns)}", "bank_lines", columns, if_not_exists=True)
    op.create_table(
        "bank_line_matches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("amount_pence", sa.BigInteger(), nullable=False),
        sa.Column("recorded_before", sa.Boolean(), nullable=False),
        sa.Column("matched_by_name", sa.Text(), nullable=False),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_bank_line_matches_amount_is_positive")),
        sa.ForeignKeyConstraint(["line_id"], ["bank_lines.id"], name=op.f("fk_bank_line_matches_line_id_bank_lines")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["invoice_entries.id"], name=op.f("fk_bank_line_matches_entry_id_invoice_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line_matches")),
        if_not_exists=True,
    )
    op.create_index("ix_bank_line_matches_line_id", "bank_line_matches", ["line_id"], if_not_exists=True)
    op.create_index(
        "uq_line_of_ledger_entry",
        "bank_line_matches",
        ["entry_id"],
        unique=True,
        postgresql_where=sa.text("released_at IS NULL"),
        if_not_exists=True,
    )
    build_index("ix_invoice_entries_amount_pence_received_on", "invoice_entries", "amount_pence, received_on")
    build_index("ix_invoices_due_pence", "invoices", "due_pence", where="due_pence > 0")


def downgrade() -> None:
    """The release before knows none of it."""
    drop_index("ix_invoices_due_pence")
    drop_index("ix_invoice_entries_amount_pence_received_on")
    for table in ("bank_line_matches", "bank_lines", "bank_statements"):
        op.drop_table(table, if_exists=True)
