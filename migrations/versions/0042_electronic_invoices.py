"""Electronic invoices and credit notes are kept files.

Processes of the release before neither write nor read the new kinds.
"""

from collections.abc import Sequence

from migrations.steps import add_check, briefly

revision: str = "0042"
down_revision: str | None = "0041"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OLD = "'certificate', 'credit_note', 'invoice', 'receipt', 'welcome_pack'"
_NEW = f"{_OLD}, 'electronic_credit_note', 'electronic_invoice'"


def upgrade() -> None:
    add_check("issued_files", "ck_issued_files_issuedkind", f"kind IN ({_NEW})")


def downgrade() -> None:
    """Their files stay in the document store, and may be issued again."""
    briefly("DELETE FROM issued_files WHERE kind LIKE 'electronic_%'")
    add_check("issued_files", "ck_issued_files_issuedkind", f"kind IN ({_OLD})")
