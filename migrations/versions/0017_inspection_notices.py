"""What the inspection noticed in a document that it let pass."""

from collections.abc import Sequence

from migrations.steps import briefly

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = ("policy_versions", "action_evidence")


def upgrade() -> None:
    """Add the columns, empty."""
    for table in _TABLES:
        briefly(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS inspection_notices jsonb")


def downgrade() -> None:
    """Drop them."""
    for table in _TABLES:
        briefly(f"ALTER TABLE {table} DROP COLUMN inspection_notices")
