"""The record of changes: indexes for its filters by type and time, and the settings that were recorded last."""

from collections.abc import Sequence

from migrations.steps import briefly, build_index, drop_index

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Build them while events are written; the release before does not know them."""
    briefly("ALTER TABLE deployment ADD COLUMN IF NOT EXISTS settings jsonb")
    build_index("ix_events_type_id", "events", "type, id")
    build_index("ix_events_occurred_at_id", "events", "occurred_at, id")


def downgrade() -> None:
    """The release before knows none of it."""
    drop_index("ix_events_occurred_at_id")
    drop_index("ix_events_type_id")
    briefly("ALTER TABLE deployment DROP COLUMN IF EXISTS settings")
