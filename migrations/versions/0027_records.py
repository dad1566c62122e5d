"""Indexes for the filters of the record of changes: by type, and by the time of the change."""

from collections.abc import Sequence

from migrations.steps import build_index, drop_index

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Build them while events are written; the release before does not know them."""
    build_index("ix_events_type_id", "events", "type, id")
    build_index("ix_events_occurred_at_id", "events", "occurred_at, id")


def downgrade() -> None:
    """The release before lists events by application, by centre and by position only."""
    drop_index("ix_events_occurred_at_id")
    drop_index("ix_events_type_id")
