"""Countries by name, and extensions of telephone numbers."""

from collections.abc import Sequence

from alembic import op

from migrations.steps import briefly

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_COLUMNS = {
    "centres": ("address_named_country", "telephone_extension"),
    "sites": ("address_named_country", "telephone_extension"),
    "initial_applications": ("address_named_country", "telephone_extension", "super_user_telephone_extension"),
    "contacts": ("telephone_extension",),
    "people": ("telephone_extension",),
    "memberships": ("telephone_extension",),
}
_KINDS = {"address_named_country": "varchar(64)"}


def upgrade() -> None:
    """Add columns that may be empty: the release before this one goes on writing rows without them."""
    for table, names in _COLUMNS.items():
        columns = [f"ADD COLUMN IF NOT EXISTS {name} {_KINDS.get(name, 'text')}" for name in names]
        briefly(f"ALTER TABLE {table} {', '.join(columns)}")


def downgrade() -> None:
    """Forget which country `other` stands for, and the extensions."""
    for table, names in _COLUMNS.items():
        for name in names:
            op.drop_column(table, name)
