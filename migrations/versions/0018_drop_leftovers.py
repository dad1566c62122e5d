"""Drop what only 1.1.0 used, where an upgrade to 1.3.0 kept it: columns and indexes of its search, and triggers."""

from collections.abc import Sequence

from migrations.leftovers import drop_leftovers

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """A no-op in databases that began with 1.2.0 or later."""
    drop_leftovers()


def downgrade() -> None:
    """Nothing: 1.3.0 runs without them."""
