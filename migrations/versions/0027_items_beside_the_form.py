"""Items of a return can concern the centre's sites and contacts."""

from collections.abc import Sequence

from alembic import op

from migrations.steps import add_check

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add a column that may be empty: the release before this one goes on writing rows without it."""
    op.execute("ALTER TABLE return_items ADD COLUMN IF NOT EXISTS part varchar(64)")
    add_check("return_items", "ck_return_items_centrepart", "part IN ('sites', 'contacts')")


def downgrade() -> None:
    op.drop_column("return_items", "part")
