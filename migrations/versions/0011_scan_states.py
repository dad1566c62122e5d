"""Uploaded files say what the virus scanner found; nothing else in these records can change, as before."""

from collections.abc import Sequence

from migrations.steps import add_check, briefly, build_index, drop_index

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("action_evidence", "documents", "policy_versions")
_COLUMNS = ("scan_state", "scan_detail", "scanned_at")
_STATES = "scan_state IN ('pending', 'clean', 'infected', 'failed')"

_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The arguments name the columns that may change.
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0 AND (to_jsonb(NEW) - TG_ARGV) = (to_jsonb(OLD) - TG_ARGV) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""
_REFUSED_ALL = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""


def _guard(table: str, changeable: Sequence[str]) -> str:
    arguments = ", ".join(f"'{name}'" for name in changeable)
    return (
        f"CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_change({arguments})"
    )


def upgrade() -> None:
    """Add columns that may be empty: the release before this one goes on writing rows without them."""
    briefly(_REFUSE)
    for table in TABLES:
        briefly(
            f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS scan_state varchar(64), "
            "ADD COLUMN IF NOT EXISTS scan_detail text, ADD COLUMN IF NOT EXISTS scanned_at timestamptz",
            _guard(table, _COLUMNS),
        )
        add_check(table, f"ck_{table}_scanstate", _STATES)
        build_index(
            f"ix_{table}_to_scan", table, "scan_state, id", where="scan_state IS NULL OR scan_state = 'pending'"
        )


def downgrade() -> None:
    """Forget what the scanner said."""
    for table in TABLES:
        drop_index(f"ix_{table}_to_scan")
        briefly(
            _guard(table, ()),
            f"ALTER TABLE {table} " + ", ".join(f"DROP COLUMN IF EXISTS {name}" for name in _COLUMNS),
        )
    briefly(_REFUSED_ALL)
