"""Find waiting jobs in order, however many are put aside."""

from collections.abc import Sequence

from migrations.steps import build_index, drop_index

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    build_index("ix_pgqueuer_queued", "pgqueuer", "id", where="status = 'queued'")


def downgrade() -> None:
    drop_index("ix_pgqueuer_queued")
