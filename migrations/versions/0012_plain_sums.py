"""Plain columns for the sums of invoices, where the first release of 0008 computed them and so rewrote the table."""

from collections.abc import Sequence

from alembic import op

from migrations.invoice_sums import FUNCTIONS, TRIGGERS
from migrations.steps import briefly

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_DEFAULTS = {"due_pence": "0", "status": "'issued'", "days_to_pay": "0"}
_COMPUTED = """SELECT count(*) FROM pg_attribute
WHERE attrelid = 'invoices'::regclass AND attname = 'due_pence' AND attgenerated <> ''"""


def upgrade() -> None:
    """A no-op where 0008 ran as it is now."""
    run = op.get_bind().exec_driver_sql
    if not run(_COMPUTED).scalar():
        return
    for function in FUNCTIONS:
        run(function)
    kept = ", ".join(
        f"ALTER COLUMN {name} DROP EXPRESSION, ALTER COLUMN {name} SET DEFAULT {value}"
        for name, value in _DEFAULTS.items()
    )
    briefly(f"ALTER TABLE invoices {kept}", *TRIGGERS, "DROP TRIGGER IF EXISTS begin_invoice ON invoices")
    op.execute("DROP FUNCTION IF EXISTS begin_invoice")


def downgrade() -> None:
    """Nothing: 0008 has made the same since."""
